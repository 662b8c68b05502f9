import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What we asked of Stripe and what it answered: payments by card and Direct Debit, refunds, and differences. */
export class Stripe1763770165000 implements MigrationInterface {
  name = 'Stripe1763770165000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE stripe_customer (
        business_id uuid CONSTRAINT pk_stripe_customer PRIMARY KEY
          CONSTRAINT fk_stripe_customer__business REFERENCES business ON DELETE CASCADE,
        customer_id text NOT NULL CONSTRAINT uq_stripe_customer__customer UNIQUE,
        -- Hash of the name and address that Stripe has, so that it is told when they change.
        told text,
        created_at timestamptz NOT NULL
      );

      -- One visit to Stripe's page for one invoice. Written before Stripe is asked, so that nothing can be paid of which
      -- we know nothing.
      CREATE TABLE stripe_checkout (
        id uuid CONSTRAINT pk_stripe_checkout PRIMARY KEY,
        invoice_id uuid NOT NULL CONSTRAINT fk_stripe_checkout__invoice REFERENCES invoice,
        business_id uuid NOT NULL,
        pence integer NOT NULL CONSTRAINT ck_stripe_checkout__pence CHECK (pence > 0),
        -- Exactly what Stripe was asked, to be asked again under the same key: json keeps the order, jsonb would not.
        request json NOT NULL,
        state text NOT NULL CONSTRAINT ck_stripe_checkout__state CHECK (
          state IN ('asked', 'open', 'processing', 'paid', 'failed', 'expired', 'refused', 'lost')),
        session_id text CONSTRAINT uq_stripe_checkout__session UNIQUE,
        url text,
        payment_intent_id text,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        looked_at timestamptz,
        ended_at timestamptz,
        CONSTRAINT ck_stripe_checkout__ended CHECK (
          (ended_at IS NULL) = (state IN ('asked', 'open', 'processing')))
      );
      CREATE UNIQUE INDEX uq_stripe_checkout__live ON stripe_checkout (invoice_id) WHERE state IN ('asked', 'open');
      CREATE INDEX ix_stripe_checkout__invoice ON stripe_checkout (invoice_id, created_at);
      CREATE INDEX ix_stripe_checkout__waiting ON stripe_checkout (coalesce(looked_at, created_at), id)
        WHERE ended_at IS NULL;

      CREATE TABLE stripe_payment (
        -- Stripe's own id, pi_…
        id text CONSTRAINT pk_stripe_payment PRIMARY KEY,
        invoice_id uuid NOT NULL CONSTRAINT fk_stripe_payment__invoice REFERENCES invoice,
        pence integer NOT NULL CONSTRAINT ck_stripe_payment__pence CHECK (pence > 0),
        method text CONSTRAINT ck_stripe_payment__method CHECK (method IN ('stripe_card', 'stripe_bacs')),
        state text NOT NULL CONSTRAINT ck_stripe_payment__state CHECK (
          state IN ('waiting', 'processing', 'succeeded', 'failed', 'canceled')),
        charge_id text,
        -- The last charge that failed and of which the payer was told.
        failed_charge_id text,
        -- Given back so far, as Stripe says.
        refunded_pence integer NOT NULL DEFAULT 0,
        disputed boolean NOT NULL DEFAULT false,
        created_at timestamptz NOT NULL,
        looked_at timestamptz NOT NULL
      );
      CREATE INDEX ix_stripe_payment__invoice ON stripe_payment (invoice_id);
      CREATE INDEX ix_stripe_payment__processing ON stripe_payment (looked_at) WHERE state = 'processing';

      -- The leave of a business to debit its bank account. The account itself is known to Stripe alone.
      CREATE TABLE stripe_mandate (
        payment_method_id text CONSTRAINT pk_stripe_mandate PRIMARY KEY,
        mandate_id text NOT NULL CONSTRAINT uq_stripe_mandate__mandate UNIQUE,
        business_id uuid NOT NULL CONSTRAINT fk_stripe_mandate__business REFERENCES business ON DELETE CASCADE,
        customer_id text NOT NULL,
        state text NOT NULL CONSTRAINT ck_stripe_mandate__state CHECK (state IN ('pending', 'active', 'inactive')),
        given_at timestamptz NOT NULL,
        looked_at timestamptz NOT NULL
      );
      CREATE INDEX ix_stripe_mandate__business ON stripe_mandate (business_id);

      CREATE TABLE stripe_collection (
        id uuid CONSTRAINT pk_stripe_collection PRIMARY KEY,
        invoice_id uuid NOT NULL CONSTRAINT fk_stripe_collection__invoice REFERENCES invoice,
        instalment integer NOT NULL,
        payment_method_id text NOT NULL CONSTRAINT fk_stripe_collection__mandate REFERENCES stripe_mandate
          ON DELETE CASCADE,
        pence integer NOT NULL CONSTRAINT ck_stripe_collection__pence CHECK (pence > 0),
        -- The day that the payer was told of.
        collect_on date NOT NULL,
        state text NOT NULL CONSTRAINT ck_stripe_collection__state CHECK (
          state IN ('told', 'asked', 'processing', 'paid', 'failed', 'stopped')),
        payment_intent_id text CONSTRAINT uq_stripe_collection__payment UNIQUE,
        told_at timestamptz NOT NULL,
        ended_at timestamptz,
        CONSTRAINT ck_stripe_collection__ended CHECK (
          (ended_at IS NULL) = (state IN ('told', 'asked', 'processing')))
      );
      CREATE UNIQUE INDEX uq_stripe_collection__live ON stripe_collection (invoice_id, instalment)
        WHERE state <> 'stopped';
      CREATE INDEX ix_stripe_collection__mandate ON stripe_collection (payment_method_id);
      CREATE INDEX ix_stripe_collection__waiting ON stripe_collection (collect_on) WHERE ended_at IS NULL;

      CREATE TABLE stripe_refund (
        id uuid CONSTRAINT pk_stripe_refund PRIMARY KEY,
        payment_id text NOT NULL CONSTRAINT fk_stripe_refund__payment REFERENCES stripe_payment,
        pence integer NOT NULL CONSTRAINT ck_stripe_refund__pence CHECK (pence > 0),
        reason text NOT NULL,
        actor_kind text NOT NULL,
        actor_id text NOT NULL,
        state text NOT NULL CONSTRAINT ck_stripe_refund__state CHECK (
          state IN ('asked', 'given', 'failed', 'refused')),
        refund_id text CONSTRAINT uq_stripe_refund__refund UNIQUE,
        asked_at timestamptz NOT NULL
      );
      CREATE INDEX ix_stripe_refund__payment ON stripe_refund (payment_id);
      CREATE INDEX ix_stripe_refund__asked ON stripe_refund (asked_at) WHERE state = 'asked';

      -- What moved in Stripe's balance of late, as Stripe says: held against our ledger each night, kept for 90 days.
      CREATE TABLE stripe_movement (
        -- Stripe's own id, txn_…
        id text CONSTRAINT pk_stripe_movement PRIMARY KEY,
        what text NOT NULL CONSTRAINT ck_stripe_movement__what CHECK (what IN ('payment', 'refund', 'dispute')),
        reference text NOT NULL,
        payment_intent_id text,
        pence integer NOT NULL,
        moved_at timestamptz NOT NULL
      );
      CREATE INDEX ix_stripe_movement__moved ON stripe_movement (moved_at);
      CREATE INDEX ix_stripe_movement__reference ON stripe_movement (reference);

      CREATE TABLE stripe_difference (
        id uuid CONSTRAINT pk_stripe_difference PRIMARY KEY,
        kind text NOT NULL CONSTRAINT ck_stripe_difference__kind CHECK (kind IN ('ours_only', 'theirs_only', 'amount')),
        what text NOT NULL CONSTRAINT ck_stripe_difference__what CHECK (what IN ('payment', 'refund', 'dispute')),
        -- Stripe's id of the payment, refund or dispute.
        reference text NOT NULL,
        invoice_id uuid CONSTRAINT fk_stripe_difference__invoice REFERENCES invoice,
        ours_pence integer,
        theirs_pence integer,
        happened_on date NOT NULL,
        found_at timestamptz NOT NULL,
        seen_at timestamptz NOT NULL,
        closed_at timestamptz
      );
      CREATE UNIQUE INDEX uq_stripe_difference__open ON stripe_difference (what, reference) WHERE closed_at IS NULL;
      CREATE INDEX ix_stripe_difference__listed ON stripe_difference (found_at DESC, id DESC);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE stripe_difference;
      DROP TABLE stripe_movement;
      DROP TABLE stripe_refund;
      DROP TABLE stripe_collection;
      DROP TABLE stripe_mandate;
      DROP TABLE stripe_payment;
      DROP TABLE stripe_checkout;
      DROP TABLE stripe_customer;
    `);
  }
}
