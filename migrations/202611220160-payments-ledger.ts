import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Invoices with numbers that leave no gap, their documents, and a double-entry ledger that nobody can rewrite. */
export class PaymentsLedger1763770160000 implements MigrationInterface {
  name = 'PaymentsLedger1763770160000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(invoices);
    await runner.query(ledger);
    await runner.query(documents);
    await runner.query(guards);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE credit_note_line;
      DROP TABLE payment_document;
      DROP TABLE ledger_entry;
      DROP TABLE ledger_transaction;
      DROP TABLE invoice_reminder;
      DROP TABLE invoice_instalment;
      DROP TABLE invoice_line;
      DROP TABLE invoice;
      DROP TABLE document_counter;
      DROP FUNCTION refuse_unbalanced_ledger();
      DROP FUNCTION refuse_changing_invoice();
    `);
  }
}

const invoices = `
  -- The last number given, for each kind and year. Whoever issues holds the row until the transaction ends, so a number
  -- that is rolled back is given to the next.
  CREATE TABLE document_counter (
    kind text NOT NULL CONSTRAINT ck_document_counter__kind CHECK (kind IN ('invoice', 'credit_note', 'receipt')),
    year integer NOT NULL,
    last integer NOT NULL CONSTRAINT ck_document_counter__last CHECK (last >= 0),
    CONSTRAINT pk_document_counter PRIMARY KEY (kind, year)
  );

  CREATE TABLE invoice (
    id uuid CONSTRAINT pk_invoice PRIMARY KEY,
    number text NOT NULL CONSTRAINT uq_invoice__number UNIQUE,
    -- What the caller names the reason for it: asked twice, it is issued once.
    once text NOT NULL CONSTRAINT uq_invoice__once UNIQUE,
    business_id uuid NOT NULL CONSTRAINT fk_invoice__business REFERENCES business,
    purpose text NOT NULL CONSTRAINT ck_invoice__purpose CHECK (purpose ~ '^[a-z][a-z0-9._-]{0,59}$'),
    about_kind text NOT NULL,
    about_id text NOT NULL,
    -- Sealed: the payer may be one person at home.
    payer_name text NOT NULL,
    payer_address text NOT NULL,
    payer_email text NOT NULL,
    -- The terms that paying agrees to, where it does.
    terms_version text CONSTRAINT fk_invoice__terms_version REFERENCES terms_version,
    issued_on date NOT NULL,
    issued_at timestamptz NOT NULL,
    net_pence integer NOT NULL,
    vat_pence integer NOT NULL,
    gross_pence integer NOT NULL,
    -- Sums of the ledger's entries, kept for lists. The ledger is what counts; a test holds them against it.
    credited_pence integer NOT NULL,
    written_off_pence integer NOT NULL,
    received_pence integer NOT NULL,
    refunded_pence integer NOT NULL,
    disputed_pence integer NOT NULL,
    -- What is owed; below zero, what was paid too much.
    due_pence integer NOT NULL,
    state text NOT NULL CONSTRAINT ck_invoice__state CHECK (state IN ('open', 'paid', 'credited', 'written_off')),
    -- The day of the first instalment that is not covered; of the last, where all are.
    due_on date NOT NULL,
    overdue_since date,
    CONSTRAINT ck_invoice__gross CHECK (gross_pence = net_pence + vat_pence AND gross_pence > 0 AND vat_pence >= 0),
    CONSTRAINT ck_invoice__sums CHECK (
      least(credited_pence, written_off_pence, received_pence, refunded_pence, disputed_pence) >= 0
      AND refunded_pence <= received_pence AND credited_pence <= gross_pence),
    CONSTRAINT ck_invoice__due CHECK (
      due_pence = gross_pence - credited_pence - written_off_pence - received_pence + refunded_pence
      AND (due_pence > 0) = (state = 'open'))
  );
  CREATE INDEX ix_invoice__business ON invoice (business_id, issued_at DESC, id DESC);
  CREATE INDEX ix_invoice__about ON invoice (about_kind, about_id);
  CREATE INDEX ix_invoice__listed ON invoice (issued_at DESC, id DESC);
  CREATE INDEX ix_invoice__state ON invoice (state, issued_at DESC, id DESC);
  CREATE INDEX ix_invoice__due ON invoice (due_on, id) WHERE state = 'open';
  CREATE INDEX ix_invoice__overdue ON invoice (issued_at DESC, id DESC) WHERE overdue_since IS NOT NULL;

  CREATE TABLE invoice_line (
    invoice_id uuid NOT NULL CONSTRAINT fk_invoice_line__invoice REFERENCES invoice,
    place integer NOT NULL,
    description text NOT NULL CONSTRAINT ck_invoice_line__description CHECK (length(description) BETWEEN 1 AND 300),
    quantity integer NOT NULL CONSTRAINT ck_invoice_line__quantity CHECK (quantity > 0),
    unit_net_pence integer NOT NULL,
    -- In hundredths of a per cent: 2000 is 20 %.
    vat_rate integer NOT NULL CONSTRAINT ck_invoice_line__vat_rate CHECK (vat_rate BETWEEN 0 AND 10000),
    net_pence integer NOT NULL,
    vat_pence integer NOT NULL,
    CONSTRAINT pk_invoice_line PRIMARY KEY (invoice_id, place),
    CONSTRAINT ck_invoice_line__net CHECK (net_pence = quantity * unit_net_pence)
  );

  CREATE TABLE invoice_instalment (
    invoice_id uuid NOT NULL CONSTRAINT fk_invoice_instalment__invoice REFERENCES invoice,
    place integer NOT NULL,
    due_on date NOT NULL,
    pence integer NOT NULL CONSTRAINT ck_invoice_instalment__pence CHECK (pence > 0),
    CONSTRAINT pk_invoice_instalment PRIMARY KEY (invoice_id, place)
  );

  -- Each reminder goes out once, whoever asks and however often.
  CREATE TABLE invoice_reminder (
    invoice_id uuid NOT NULL CONSTRAINT fk_invoice_reminder__invoice REFERENCES invoice,
    instalment integer NOT NULL,
    kind text NOT NULL,
    sent_at timestamptz NOT NULL,
    CONSTRAINT pk_invoice_reminder PRIMARY KEY (invoice_id, instalment, kind)
  );
`;

const ledger = `
  CREATE TABLE ledger_transaction (
    id uuid CONSTRAINT pk_ledger_transaction PRIMARY KEY,
    -- The order in which they were written: two of one transaction have the same instant.
    sequence bigint GENERATED ALWAYS AS IDENTITY,
    kind text NOT NULL CONSTRAINT ck_ledger_transaction__kind CHECK (kind IN (
      'issue', 'receipt', 'refund', 'credit', 'write_off', 'reversal', 'dispute', 'dispute_won', 'dispute_lost',
      'fee', 'payout')),
    once text NOT NULL CONSTRAINT uq_ledger_transaction__once UNIQUE,
    invoice_id uuid CONSTRAINT fk_ledger_transaction__invoice REFERENCES invoice,
    -- The transaction that this one undoes; each can be undone once.
    reverses_id uuid CONSTRAINT fk_ledger_transaction__reverses REFERENCES ledger_transaction
      CONSTRAINT uq_ledger_transaction__reverses UNIQUE,
    -- The day on which the money moved, as the bank or Stripe says.
    happened_on date NOT NULL,
    recorded_at timestamptz NOT NULL,
    method text CONSTRAINT ck_ledger_transaction__method CHECK (method IN ('bank_transfer', 'stripe_card', 'stripe_bacs')),
    reference text,
    reason text,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    -- How many entries it has: none can be added later, not even two that balance.
    entries integer NOT NULL CONSTRAINT ck_ledger_transaction__entries CHECK (entries >= 2),
    CONSTRAINT ck_ledger_transaction__reverses CHECK ((kind = 'reversal') = (reverses_id IS NOT NULL))
  );
  CREATE INDEX ix_ledger_transaction__invoice ON ledger_transaction (invoice_id, sequence);
  CREATE INDEX ix_ledger_transaction__recorded ON ledger_transaction (recorded_at, id);
  CREATE INDEX ix_ledger_transaction__reference ON ledger_transaction (reference) WHERE reference IS NOT NULL;

  CREATE TABLE ledger_entry (
    transaction_id uuid NOT NULL CONSTRAINT fk_ledger_entry__transaction REFERENCES ledger_transaction,
    place integer NOT NULL,
    account text NOT NULL CONSTRAINT ck_ledger_entry__account CHECK (account IN (
      'receivable', 'income', 'vat', 'bank', 'stripe', 'stripe_fees', 'disputes', 'bad_debts')),
    -- Debits are above zero, credits below.
    pence integer NOT NULL CONSTRAINT ck_ledger_entry__pence CHECK (pence <> 0),
    CONSTRAINT pk_ledger_entry PRIMARY KEY (transaction_id, place)
  );
  CREATE INDEX ix_ledger_entry__account ON ledger_entry (account, transaction_id);

  CREATE FUNCTION refuse_unbalanced_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
  DECLARE
    owner uuid := CASE TG_TABLE_NAME WHEN 'ledger_entry' THEN (to_jsonb(NEW) ->> 'transaction_id')::uuid
                                     ELSE (to_jsonb(NEW) ->> 'id')::uuid END;
    total bigint;
    number integer;
    told integer;
  BEGIN
    SELECT entries INTO told FROM ledger_transaction WHERE id = owner;
    SELECT coalesce(sum(pence), 0), count(*) INTO total, number FROM ledger_entry WHERE transaction_id = owner;
    IF total <> 0 OR number <> told THEN
      RAISE EXCEPTION 'ledger transaction % has % entries of % and sums to % instead of zero', owner, number, told, total
        USING ERRCODE = 'check_violation', CONSTRAINT = 'ck_ledger_transaction__balanced';
    END IF;
    RETURN NULL;
  END $$;
  CREATE CONSTRAINT TRIGGER ck_ledger_transaction__balanced AFTER INSERT ON ledger_transaction
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced_ledger();
  CREATE CONSTRAINT TRIGGER ck_ledger_entry__balanced AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced_ledger();
`;

const documents = `
  -- What was handed out under a number, as it stood that day.
  CREATE TABLE payment_document (
    id uuid CONSTRAINT pk_payment_document PRIMARY KEY,
    kind text NOT NULL CONSTRAINT ck_payment_document__kind CHECK (kind IN ('invoice', 'credit_note', 'receipt')),
    number text NOT NULL CONSTRAINT uq_payment_document__number UNIQUE,
    invoice_id uuid NOT NULL CONSTRAINT fk_payment_document__invoice REFERENCES invoice,
    transaction_id uuid NOT NULL CONSTRAINT fk_payment_document__transaction REFERENCES ledger_transaction
      CONSTRAINT uq_payment_document__transaction UNIQUE,
    issued_on date NOT NULL,
    issued_at timestamptz NOT NULL,
    gross_pence integer NOT NULL CONSTRAINT ck_payment_document__gross CHECK (gross_pence > 0),
    -- Sealed JSON of all that stands on it; gone, with the file, once it need not be kept.
    content text,
    -- The sealed PDF, drawn once.
    pdf bytea
  );
  CREATE INDEX ix_payment_document__invoice ON payment_document (invoice_id, issued_at, id);
  CREATE INDEX ix_payment_document__issued ON payment_document (issued_on) WHERE content IS NOT NULL;

  -- What a credit note takes back, by rate of VAT.
  CREATE TABLE credit_note_line (
    document_id uuid NOT NULL CONSTRAINT fk_credit_note_line__document REFERENCES payment_document,
    invoice_id uuid NOT NULL CONSTRAINT fk_credit_note_line__invoice REFERENCES invoice,
    vat_rate integer NOT NULL,
    net_pence integer NOT NULL,
    vat_pence integer NOT NULL,
    CONSTRAINT pk_credit_note_line PRIMARY KEY (document_id, vat_rate)
  );
  CREATE INDEX ix_credit_note_line__invoice ON credit_note_line (invoice_id);
`;

const guards = `
  -- An issued invoice keeps its number, its reason and its sums: it is put right by a credit note.
  CREATE FUNCTION refuse_changing_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF (OLD.id, OLD.number, OLD.once, OLD.business_id, OLD.purpose, OLD.about_kind, OLD.about_id, OLD.terms_version,
        OLD.issued_on, OLD.issued_at, OLD.net_pence, OLD.vat_pence, OLD.gross_pence)
       IS DISTINCT FROM
       (NEW.id, NEW.number, NEW.once, NEW.business_id, NEW.purpose, NEW.about_kind, NEW.about_id, NEW.terms_version,
        NEW.issued_on, NEW.issued_at, NEW.net_pence, NEW.vat_pence, NEW.gross_pence) THEN
      RAISE EXCEPTION 'an issued invoice is not changed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER invoice_keeps BEFORE UPDATE ON invoice FOR EACH ROW EXECUTE FUNCTION refuse_changing_invoice();
  CREATE TRIGGER invoice_stays BEFORE DELETE ON invoice
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
  CREATE TRIGGER payment_document_stays BEFORE DELETE ON payment_document
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
  ${['invoice_line', 'invoice_instalment', 'ledger_transaction', 'ledger_entry', 'credit_note_line']
    .map(
      (table) => `
  CREATE TRIGGER ${table}_append_only BEFORE UPDATE OR DELETE ON ${table}
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting_history();
  CREATE TRIGGER ${table}_no_truncate BEFORE TRUNCATE ON ${table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting_history();`,
    )
    .join('')}
`;
