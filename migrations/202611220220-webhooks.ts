import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where others want to hear of events, the events, and each event's way to each of them. */
export class Webhooks1763770220000 implements MigrationInterface {
  name = 'Webhooks1763770220000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhook_endpoint (
        id uuid CONSTRAINT pk_webhook_endpoint PRIMARY KEY,
        owner_kind text NOT NULL,
        owner_id uuid NOT NULL,
        url text NOT NULL,
        event_types text[] NOT NULL,
        secret text NOT NULL,
        previous_secret text,
        previous_secret_until timestamptz,
        off_reason text CONSTRAINT ck_webhook_endpoint__off_reason CHECK (off_reason IN ('turned_off', 'gone')),
        failures_in_row integer NOT NULL,
        resting_until timestamptz,
        created_by uuid NOT NULL CONSTRAINT fk_webhook_endpoint__account REFERENCES account,
        created_at timestamptz NOT NULL,
        deleted_at timestamptz
      );
      CREATE INDEX ix_webhook_endpoint__owner ON webhook_endpoint (owner_kind, owner_id) WHERE deleted_at IS NULL;

      CREATE TABLE webhook_event (
        id uuid CONSTRAINT pk_webhook_event PRIMARY KEY,
        sequence bigint NOT NULL GENERATED ALWAYS AS IDENTITY CONSTRAINT uq_webhook_event__sequence UNIQUE,
        owner_kind text NOT NULL,
        owner_id uuid NOT NULL,
        type text NOT NULL,
        data jsonb NOT NULL,
        happened_at timestamptz NOT NULL
      );
      CREATE INDEX ix_webhook_event__owner ON webhook_event (owner_kind, owner_id, happened_at);
      CREATE INDEX ix_webhook_event__age ON webhook_event (happened_at);

      CREATE TABLE webhook_delivery (
        id uuid CONSTRAINT pk_webhook_delivery PRIMARY KEY,
        event_id uuid NOT NULL
          CONSTRAINT fk_webhook_delivery__event REFERENCES webhook_event ON DELETE CASCADE,
        endpoint_id uuid NOT NULL CONSTRAINT fk_webhook_delivery__endpoint REFERENCES webhook_endpoint,
        state text NOT NULL CONSTRAINT ck_webhook_delivery__state CHECK (state IN ('waiting', 'delivered', 'failed')),
        attempts integer NOT NULL,
        next_at timestamptz NOT NULL,
        claimed_until timestamptz,
        last_at timestamptz,
        last_status integer,
        last_fault text CONSTRAINT ck_webhook_delivery__last_fault
          CHECK (last_fault IN ('timeout', 'connection', 'address', 'redirect', 'status', 'gone')),
        last_body text,
        created_at timestamptz NOT NULL,
        -- An event goes to an endpoint once, whoever announces or sends again at the same time.
        CONSTRAINT uq_webhook_delivery__once UNIQUE (event_id, endpoint_id)
      );
      CREATE INDEX ix_webhook_delivery__due ON webhook_delivery (endpoint_id, next_at, id) WHERE state = 'waiting';
      CREATE INDEX ix_webhook_delivery__newest ON webhook_delivery (endpoint_id, created_at DESC, id DESC);
      CREATE INDEX ix_webhook_delivery__failed ON webhook_delivery (endpoint_id, created_at DESC, id DESC)
        WHERE state = 'failed';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE webhook_delivery; DROP TABLE webhook_event; DROP TABLE webhook_endpoint;');
  }
}
