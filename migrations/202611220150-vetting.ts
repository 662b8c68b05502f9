import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Programmes as data, and the cases of businesses that go through them. */
export class Vetting1763770150000 implements MigrationInterface {
  name = 'Vetting1763770150000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE programme_version (
        id uuid CONSTRAINT pk_programme_version PRIMARY KEY,
        slug text NOT NULL,
        version text NOT NULL,
        in_force_from date NOT NULL,
        document jsonb NOT NULL CONSTRAINT ck_programme_version__document CHECK (jsonb_typeof(document) = 'object'),
        sha256 text NOT NULL CONSTRAINT ck_programme_version__sha256 CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        imported_at timestamptz NOT NULL,
        CONSTRAINT uq_programme_version__slug_version UNIQUE (slug, version)
      );
      CREATE FUNCTION programme_version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION 'a version of a programme is never changed'; END $$;
      CREATE TRIGGER programme_version_stays BEFORE UPDATE ON programme_version
        FOR EACH ROW EXECUTE FUNCTION programme_version_stays();

      CREATE TABLE vetting_case (
        id uuid CONSTRAINT pk_vetting_case PRIMARY KEY,
        reference text NOT NULL CONSTRAINT uq_vetting_case__reference UNIQUE,
        business_id uuid NOT NULL CONSTRAINT fk_vetting_case__business REFERENCES business ON DELETE CASCADE,
        programme_id uuid NOT NULL CONSTRAINT fk_vetting_case__programme REFERENCES programme_version,
        programme_slug text NOT NULL,
        state text NOT NULL CONSTRAINT ck_vetting_case__state CHECK (state IN ('draft', 'fee_due', 'in_review',
          'actions_agreed', 'recommended', 'approved', 'refused', 'appealed', 'lapsed', 'suspended', 'removed', 'withdrawn')),
        state_before_appeal text,
        facts jsonb NOT NULL CONSTRAINT ck_vetting_case__facts CHECK (jsonb_typeof(facts) = 'object'),
        tier text,
        waiting_for text NOT NULL CONSTRAINT ck_vetting_case__waiting_for
          CHECK (waiting_for IN ('business', 'payment', 'officer', 'approver', 'appeal', 'nobody')),
        officer_id uuid CONSTRAINT fk_vetting_case__officer REFERENCES account ON DELETE SET NULL,
        recommended_by uuid[] NOT NULL DEFAULT '{}',
        decided_by uuid[] NOT NULL DEFAULT '{}',
        recommendation text CONSTRAINT ck_vetting_case__recommendation CHECK (recommendation IN ('approve', 'refuse')),
        conditions text,
        decision_words text,
        appeal_until date,
        suspended_by text,
        quoted jsonb CONSTRAINT ck_vetting_case__quoted CHECK (jsonb_typeof(quoted) = 'object'),
        created_at timestamptz NOT NULL,
        submitted_at timestamptz,
        state_since timestamptz NOT NULL,
        changed_at timestamptz NOT NULL,
        CONSTRAINT ck_vetting_case__appeal CHECK ((state = 'appealed') = (state_before_appeal IS NOT NULL)),
        CONSTRAINT ck_vetting_case__tier CHECK (state IN ('draft', 'withdrawn') OR tier IS NOT NULL)
      );
      CREATE INDEX ix_vetting_case__business ON vetting_case (business_id, created_at);
      CREATE UNIQUE INDEX uq_vetting_case__live ON vetting_case (business_id, programme_slug)
        WHERE state NOT IN ('refused', 'removed', 'withdrawn');
      CREATE INDEX ix_vetting_case__queue_state ON vetting_case (state, state_since, id);
      CREATE INDEX ix_vetting_case__queue_waiting ON vetting_case (waiting_for, state_since, id);
      CREATE INDEX ix_vetting_case__queue_tier ON vetting_case (tier, state_since, id)
        WHERE state NOT IN ('draft', 'refused', 'removed', 'withdrawn');
      CREATE INDEX ix_vetting_case__queue_officer ON vetting_case (officer_id, state_since, id)
        WHERE officer_id IS NOT NULL;
      CREATE INDEX ix_vetting_case__queue ON vetting_case (state_since, id)
        WHERE state NOT IN ('draft', 'refused', 'removed', 'withdrawn');

      CREATE TABLE vetting_move (
        id uuid CONSTRAINT pk_vetting_move PRIMARY KEY,
        case_id uuid NOT NULL CONSTRAINT fk_vetting_move__case REFERENCES vetting_case ON DELETE CASCADE,
        number integer NOT NULL,
        move text NOT NULL,
        from_state text NOT NULL,
        to_state text NOT NULL,
        actor_kind text NOT NULL,
        actor_id text NOT NULL,
        reason_key text,
        words text,
        moved_at timestamptz NOT NULL,
        CONSTRAINT uq_vetting_move__case_number UNIQUE (case_id, number)
      );

      CREATE TABLE vetting_note (
        id uuid CONSTRAINT pk_vetting_note PRIMARY KEY,
        case_id uuid NOT NULL CONSTRAINT fk_vetting_note__case REFERENCES vetting_case ON DELETE CASCADE,
        words text NOT NULL,
        written_by uuid NOT NULL,
        written_at timestamptz NOT NULL
      );
      CREATE INDEX ix_vetting_note__case ON vetting_note (case_id, written_at);

      CREATE TABLE conflict_declaration (
        id uuid CONSTRAINT pk_conflict_declaration PRIMARY KEY,
        business_id uuid NOT NULL CONSTRAINT fk_conflict_declaration__business REFERENCES business ON DELETE CASCADE,
        account_id uuid NOT NULL CONSTRAINT fk_conflict_declaration__account REFERENCES account ON DELETE CASCADE,
        kind text NOT NULL CONSTRAINT ck_conflict_declaration__kind
          CHECK (kind IN ('family', 'friend', 'money', 'work', 'customer', 'other')),
        words text,
        declared_at timestamptz NOT NULL,
        ended_at timestamptz
      );
      CREATE INDEX ix_conflict_declaration__business ON conflict_declaration (business_id);
      CREATE INDEX ix_conflict_declaration__account ON conflict_declaration (account_id);
      CREATE UNIQUE INDEX uq_conflict_declaration__standing ON conflict_declaration (business_id, account_id)
        WHERE ended_at IS NULL;

      CREATE TABLE accreditation (
        id uuid CONSTRAINT pk_accreditation PRIMARY KEY,
        case_id uuid NOT NULL CONSTRAINT fk_accreditation__case REFERENCES vetting_case ON DELETE CASCADE,
        business_id uuid NOT NULL CONSTRAINT fk_accreditation__business REFERENCES business ON DELETE CASCADE,
        programme_slug text NOT NULL,
        valid_from date NOT NULL,
        valid_until date NOT NULL,
        ended_at timestamptz,
        created_at timestamptz NOT NULL,
        CONSTRAINT ck_accreditation__valid CHECK (valid_until >= valid_from)
      );
      CREATE INDEX ix_accreditation__case ON accreditation (case_id);
      CREATE INDEX ix_accreditation__business ON accreditation (business_id);
      CREATE INDEX ix_accreditation__ends ON accreditation (valid_until) WHERE ended_at IS NULL;
      CREATE UNIQUE INDEX uq_accreditation__standing ON accreditation (case_id) WHERE ended_at IS NULL;

      CREATE TABLE sanction (
        id uuid CONSTRAINT pk_sanction PRIMARY KEY,
        case_id uuid NOT NULL CONSTRAINT fk_sanction__case REFERENCES vetting_case ON DELETE CASCADE,
        business_id uuid NOT NULL CONSTRAINT fk_sanction__business REFERENCES business ON DELETE CASCADE,
        kind text NOT NULL CONSTRAINT ck_sanction__kind CHECK (kind IN ('advice', 'warning', 'suspension', 'removal')),
        reason_key text,
        words text NOT NULL,
        due_on date,
        given_by text NOT NULL,
        given_at timestamptz NOT NULL,
        ended_at timestamptz
      );
      CREATE INDEX ix_sanction__case ON sanction (case_id, given_at);
      CREATE INDEX ix_sanction__business ON sanction (business_id);

      CREATE TABLE outside_claim (
        id uuid CONSTRAINT pk_outside_claim PRIMARY KEY,
        case_id uuid NOT NULL CONSTRAINT fk_outside_claim__case REFERENCES vetting_case ON DELETE CASCADE,
        scheme text NOT NULL,
        number text NOT NULL,
        claimed_on date NOT NULL,
        state text NOT NULL CONSTRAINT ck_outside_claim__state
          CHECK (state IN ('claimed', 'confirmed', 'refused', 'withdrawn')),
        looked_up_at timestamptz,
        looked_up_by uuid,
        seen_at text,
        recheck_on date,
        refusal text,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX ix_outside_claim__case ON outside_claim (case_id);
      CREATE INDEX ix_outside_claim__recheck ON outside_claim (recheck_on) WHERE state = 'confirmed';
      CREATE UNIQUE INDEX uq_outside_claim__standing ON outside_claim (case_id, scheme)
        WHERE state IN ('claimed', 'confirmed');

      CREATE TABLE vetting_check (
        id uuid CONSTRAINT pk_vetting_check PRIMARY KEY,
        case_id uuid NOT NULL CONSTRAINT fk_vetting_check__case REFERENCES vetting_case ON DELETE CASCADE,
        key text NOT NULL,
        position integer NOT NULL,
        state text NOT NULL CONSTRAINT ck_vetting_check__state
          CHECK (state IN ('asked', 'answered', 'accepted', 'rejected', 'lapsed', 'not_needed')),
        answer text,
        answered_at timestamptz,
        answered_by text,
        decided_at timestamptz,
        decided_by text,
        note text,
        rejection text,
        valid_until date,
        renewing boolean NOT NULL DEFAULT false,
        claim_id uuid CONSTRAINT fk_vetting_check__claim REFERENCES outside_claim ON DELETE SET NULL,
        CONSTRAINT uq_vetting_check__case_key UNIQUE (case_id, key),
        CONSTRAINT ck_vetting_check__renewing CHECK (NOT renewing OR state = 'accepted')
      );
      CREATE INDEX ix_vetting_check__ends ON vetting_check (valid_until) WHERE state = 'accepted';
      CREATE INDEX ix_vetting_check__claim ON vetting_check (claim_id) WHERE claim_id IS NOT NULL;

      CREATE TABLE vetting_person (
        id uuid CONSTRAINT pk_vetting_person PRIMARY KEY,
        case_id uuid NOT NULL CONSTRAINT fk_vetting_person__case REFERENCES vetting_case ON DELETE CASCADE,
        name text NOT NULL,
        role text NOT NULL CONSTRAINT ck_vetting_person__role
          CHECK (role IN ('owner', 'director', 'employee', 'subcontractor')),
        enters_homes boolean NOT NULL,
        disclosure_result text CONSTRAINT ck_vetting_person__disclosure_result
          CHECK (disclosure_result IN ('clear', 'content_weighed', 'refused')),
        disclosure_on date,
        disclosure_by uuid,
        created_at timestamptz NOT NULL,
        ended_at timestamptz,
        CONSTRAINT ck_vetting_person__disclosure CHECK ((disclosure_result IS NULL) = (disclosure_by IS NULL))
      );
      CREATE INDEX ix_vetting_person__case ON vetting_person (case_id, created_at);

      CREATE TABLE vetting_reference (
        id uuid CONSTRAINT pk_vetting_reference PRIMARY KEY,
        case_id uuid NOT NULL CONSTRAINT fk_vetting_reference__case REFERENCES vetting_case ON DELETE CASCADE,
        check_id uuid NOT NULL CONSTRAINT fk_vetting_reference__check REFERENCES vetting_check ON DELETE CASCADE,
        name text NOT NULL,
        email text,
        phone text,
        job text,
        token_hash text CONSTRAINT uq_vetting_reference__token UNIQUE,
        asked_at timestamptz,
        asked_by text,
        open_until date,
        answered_at timestamptz,
        answered_by text,
        answer text,
        mean integer CONSTRAINT ck_vetting_reference__mean CHECK (mean BETWEEN 100 AND 500),
        declined_at timestamptz,
        created_at timestamptz NOT NULL,
        CONSTRAINT ck_vetting_reference__answered CHECK (num_nulls(answered_at, answered_by, answer, mean) IN (0, 4)),
        CONSTRAINT ck_vetting_reference__contact CHECK (num_nonnulls(email, phone) > 0)
      );
      CREATE INDEX ix_vetting_reference__case ON vetting_reference (case_id, created_at);
      CREATE INDEX ix_vetting_reference__check ON vetting_reference (check_id);

      CREATE TABLE vetting_action (
        id uuid CONSTRAINT pk_vetting_action PRIMARY KEY,
        case_id uuid NOT NULL CONSTRAINT fk_vetting_action__case REFERENCES vetting_case ON DELETE CASCADE,
        words text NOT NULL,
        due_on date NOT NULL,
        agreed_by uuid NOT NULL,
        agreed_at timestamptz NOT NULL,
        done_at timestamptz,
        done_by text,
        CONSTRAINT ck_vetting_action__done CHECK ((done_at IS NULL) = (done_by IS NULL))
      );
      CREATE INDEX ix_vetting_action__case ON vetting_action (case_id, agreed_at);

      CREATE TABLE site_visit (
        id uuid CONSTRAINT pk_site_visit PRIMARY KEY,
        case_id uuid NOT NULL CONSTRAINT fk_site_visit__case REFERENCES vetting_case ON DELETE CASCADE,
        visited_on date NOT NULL,
        visited_by uuid NOT NULL,
        findings text NOT NULL,
        changed_at timestamptz NOT NULL
      );
      CREATE INDEX ix_site_visit__case ON site_visit (case_id, visited_on);

      CREATE TABLE case_year (
        id uuid CONSTRAINT pk_case_year PRIMARY KEY,
        case_id uuid NOT NULL CONSTRAINT fk_case_year__case REFERENCES vetting_case ON DELETE CASCADE,
        year integer NOT NULL CONSTRAINT ck_case_year__year CHECK (year >= 1),
        starts_on date NOT NULL,
        ends_on date NOT NULL,
        fee text NOT NULL CONSTRAINT ck_case_year__fee
          CHECK (fee IN ('none', 'due', 'part_paid', 'paid', 'overdue', 'disputed')),
        invoice_id uuid,
        terms_version text,
        terms_accepted_at timestamptz,
        terms_accepted_by text,
        created_at timestamptz NOT NULL,
        CONSTRAINT uq_case_year__case_year UNIQUE (case_id, year),
        CONSTRAINT ck_case_year__terms CHECK (num_nulls(terms_version, terms_accepted_at, terms_accepted_by) IN (0, 3))
      );
      CREATE INDEX ix_case_year__ends ON case_year (ends_on);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE case_year;
      DROP TABLE site_visit;
      DROP TABLE vetting_action;
      DROP TABLE vetting_reference;
      DROP TABLE vetting_person;
      DROP TABLE vetting_check;
      DROP TABLE outside_claim;
      DROP TABLE sanction;
      DROP TABLE accreditation;
      DROP TABLE conflict_declaration;
      DROP TABLE vetting_note;
      DROP TABLE vetting_move;
      DROP TABLE vetting_case;
      DROP TABLE programme_version;
      DROP FUNCTION programme_version_stays();
    `);
  }
}
