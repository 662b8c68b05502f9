import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, their roles and sessions, sign-in and invitations, and the counters of rate limits. */
export class Access1763770020000 implements MigrationInterface {
  name = 'Access1763770020000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE account (
        id uuid CONSTRAINT pk_account PRIMARY KEY,
        email text,
        email_hash text CONSTRAINT uq_account__email_hash UNIQUE,
        mobile text,
        mobile_hash text CONSTRAINT uq_account__mobile_hash UNIQUE,
        name text NOT NULL,
        locale text NOT NULL,
        created_at timestamptz NOT NULL,
        disabled_at timestamptz,
        totp_secret text,
        totp_confirmed_at timestamptz,
        totp_last_step bigint,
        CONSTRAINT ck_account__contact CHECK (email_hash IS NOT NULL OR mobile_hash IS NOT NULL)
      );

      CREATE TABLE account_role (
        id uuid CONSTRAINT pk_account_role PRIMARY KEY,
        account_id uuid NOT NULL CONSTRAINT fk_account_role__account REFERENCES account ON DELETE CASCADE,
        role text NOT NULL CONSTRAINT ck_account_role__role CHECK (role IN
          ('carer', 'business_owner', 'registrar', 'vetting_officer', 'carers_service_officer', 'commissioner', 'administrator')),
        scope_kind text CONSTRAINT ck_account_role__scope_kind CHECK (scope_kind IN ('business', 'carers_service')),
        scope_id uuid,
        granted_at timestamptz NOT NULL,
        CONSTRAINT ck_account_role__scope CHECK ((scope_kind IS NULL) = (scope_id IS NULL)),
        CONSTRAINT uq_account_role__account_role_scope UNIQUE NULLS NOT DISTINCT (account_id, role, scope_kind, scope_id)
      );
      CREATE INDEX ix_account_role__role ON account_role (role, scope_id);

      CREATE TABLE session (
        id uuid CONSTRAINT pk_session PRIMARY KEY,
        token_hash text NOT NULL CONSTRAINT uq_session__token_hash UNIQUE,
        account_id uuid NOT NULL CONSTRAINT fk_session__account REFERENCES account ON DELETE CASCADE,
        started_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL,
        second_factor_at timestamptz,
        device text NOT NULL CONSTRAINT ck_session__device CHECK (device IN ('phone', 'tablet', 'computer', 'unknown'))
      );
      CREATE INDEX ix_session__account ON session (account_id);
      CREATE INDEX ix_session__last_seen_at ON session (last_seen_at);

      CREATE TABLE sign_in_challenge (
        id uuid CONSTRAINT pk_sign_in_challenge PRIMARY KEY,
        purpose text NOT NULL CONSTRAINT ck_sign_in_challenge__purpose CHECK (purpose IN ('sign-in')),
        contact_hash text NOT NULL,
        browser_hash text NOT NULL CONSTRAINT uq_sign_in_challenge__browser_hash UNIQUE,
        account_id uuid CONSTRAINT fk_sign_in_challenge__account REFERENCES account ON DELETE CASCADE,
        link_hash text CONSTRAINT uq_sign_in_challenge__link_hash UNIQUE,
        code_hash text,
        tries integer NOT NULL,
        next_path text NOT NULL,
        asked_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz
      );
      CREATE INDEX ix_sign_in_challenge__account ON sign_in_challenge (account_id);
      CREATE INDEX ix_sign_in_challenge__expires_at ON sign_in_challenge (expires_at);

      CREATE TABLE staff_invitation (
        id uuid CONSTRAINT pk_staff_invitation PRIMARY KEY,
        email text NOT NULL,
        email_hash text NOT NULL,
        role text NOT NULL,
        scope_kind text,
        scope_id uuid,
        token_hash text CONSTRAINT uq_staff_invitation__token_hash UNIQUE,
        invited_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        accepted_at timestamptz,
        withdrawn_at timestamptz,
        CONSTRAINT ck_staff_invitation__scope CHECK ((scope_kind IS NULL) = (scope_id IS NULL))
      );
      CREATE INDEX ix_staff_invitation__email_hash ON staff_invitation (email_hash);

      -- The shape that rate-limiter-flexible writes. Losing the counters in a crash costs nothing.
      CREATE UNLOGGED TABLE rate_limit (
        key varchar(255) CONSTRAINT pk_rate_limit PRIMARY KEY,
        points integer NOT NULL DEFAULT 0,
        expire bigint
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE rate_limit;
      DROP TABLE staff_invitation;
      DROP TABLE sign_in_challenge;
      DROP TABLE session;
      DROP TABLE account_role;
      DROP TABLE account;
    `);
  }
}
