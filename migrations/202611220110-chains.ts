import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How the tills of chains know an offer: one barcode or a pool of codes; and what their settlement files told. */
export class Chains1763770110000 implements MigrationInterface {
  name = 'Chains1763770110000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(arrangements);
    await runner.query(settlements);
    await runner.query(usesWithoutTill);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE settlement_line;
      DROP TABLE settlement_import;
      DROP TABLE branch_reference;
      DROP TABLE till_code;
      DROP TABLE till_barcode;
      DROP TABLE till_arrangement;
      DELETE FROM redemption WHERE till_id IS NULL;
      ALTER TABLE redemption DROP CONSTRAINT ck_redemption__till;
      ALTER TABLE redemption ALTER COLUMN till_id SET NOT NULL;
    `);
  }
}

const arrangements = `
  CREATE TABLE till_arrangement (
    offer_id uuid CONSTRAINT pk_till_arrangement PRIMARY KEY
      CONSTRAINT fk_till_arrangement__offer REFERENCES offer ON DELETE CASCADE,
    business_id uuid NOT NULL CONSTRAINT fk_till_arrangement__business REFERENCES business,
    kind text NOT NULL CONSTRAINT ck_till_arrangement__kind CHECK (kind IN ('static', 'pool', 'none')),
    -- Codes of the pool: all that were added, and those that have been handed out.
    added integer NOT NULL DEFAULT 0,
    handed integer NOT NULL DEFAULT 0,
    -- When the owner was told that few are left, since codes were last added.
    warned_at timestamptz,
    changed_at timestamptz NOT NULL,
    CONSTRAINT ck_till_arrangement__handed CHECK (handed >= 0 AND handed <= added)
  );
  CREATE INDEX ix_till_arrangement__business ON till_arrangement (business_id);

  -- Numbers that a chain's tills know an offer by. Those that were replaced stay: their uses are told of later.
  CREATE TABLE till_barcode (
    business_id uuid NOT NULL CONSTRAINT fk_till_barcode__business REFERENCES business,
    ean13 text NOT NULL CONSTRAINT ck_till_barcode__ean13 CHECK (ean13 ~ '^[0-9]{13}$'),
    offer_id uuid NOT NULL CONSTRAINT fk_till_barcode__offer REFERENCES offer ON DELETE CASCADE,
    since timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT pk_till_barcode PRIMARY KEY (business_id, ean13)
  );
  CREATE INDEX ix_till_barcode__offer ON till_barcode (offer_id);
  CREATE UNIQUE INDEX uq_till_barcode__present ON till_barcode (offer_id) WHERE ended_at IS NULL;

  -- Codes that work once. Handed to one cardholder, for one place of one period of the offer's limit per card.
  CREATE TABLE till_code (
    id uuid CONSTRAINT pk_till_code PRIMARY KEY,
    business_id uuid NOT NULL CONSTRAINT fk_till_code__business REFERENCES business,
    offer_id uuid NOT NULL CONSTRAINT fk_till_code__offer REFERENCES offer ON DELETE CASCADE,
    code text NOT NULL CONSTRAINT ck_till_code__code CHECK (code ~ '^[!-~]([ -~]{0,28}[!-~])?$'),
    symbology text NOT NULL CONSTRAINT ck_till_code__symbology CHECK (symbology IN ('ean13', 'code128')),
    added_at timestamptz NOT NULL,
    handed_at timestamptz,
    -- All three are gone once the link to a person has run out.
    cardholder_id uuid CONSTRAINT fk_till_code__cardholder REFERENCES cardholder ON DELETE SET NULL,
    card_id uuid CONSTRAINT fk_till_code__card REFERENCES card ON DELETE SET NULL,
    period text,
    turn integer CONSTRAINT ck_till_code__turn CHECK (turn > 0),
    -- When the chain told of its use.
    used_at timestamptz,
    CONSTRAINT uq_till_code__business_code UNIQUE (business_id, code),
    CONSTRAINT uq_till_code__holder_turn UNIQUE (offer_id, cardholder_id, period, turn),
    CONSTRAINT ck_till_code__handed CHECK (handed_at IS NOT NULL OR (cardholder_id IS NULL AND card_id IS NULL))
  );
  CREATE INDEX ix_till_code__free ON till_code (offer_id, id) WHERE handed_at IS NULL;
  CREATE INDEX ix_till_code__handed ON till_code (offer_id, handed_at) WHERE handed_at IS NOT NULL;
  CREATE INDEX ix_till_code__linked ON till_code (handed_at) WHERE cardholder_id IS NOT NULL OR card_id IS NOT NULL;
  CREATE INDEX ix_till_code__cardholder ON till_code (cardholder_id) WHERE cardholder_id IS NOT NULL;
  CREATE INDEX ix_till_code__card ON till_code (card_id) WHERE card_id IS NOT NULL;
`;

const settlements = `
  -- What a chain calls its branches in its own files.
  CREATE TABLE branch_reference (
    business_id uuid NOT NULL CONSTRAINT fk_branch_reference__business REFERENCES business,
    reference text NOT NULL CONSTRAINT ck_branch_reference__reference CHECK (length(reference) BETWEEN 1 AND 60),
    branch_id uuid NOT NULL CONSTRAINT fk_branch_reference__branch REFERENCES branch ON DELETE CASCADE,
    CONSTRAINT pk_branch_reference PRIMARY KEY (business_id, reference),
    CONSTRAINT uq_branch_reference__branch UNIQUE (branch_id)
  );

  CREATE TABLE settlement_import (
    id uuid CONSTRAINT pk_settlement_import PRIMARY KEY,
    business_id uuid NOT NULL CONSTRAINT fk_settlement_import__business REFERENCES business,
    file_name text NOT NULL CONSTRAINT ck_settlement_import__file_name CHECK (length(file_name) <= 200),
    dry_run boolean NOT NULL,
    imported_at timestamptz NOT NULL,
    -- { lines, counted, already, takenBack, unmatched, outside, basketPence, savingPence, reasons }
    report jsonb NOT NULL
  );
  CREATE INDEX ix_settlement_import__business ON settlement_import (business_id, imported_at DESC);

  -- Lines that did not match, for the chain to put right. They go after the scheme's time for links to people.
  CREATE TABLE settlement_line (
    import_id uuid NOT NULL CONSTRAINT fk_settlement_line__import REFERENCES settlement_import ON DELETE CASCADE,
    place integer NOT NULL,
    line integer NOT NULL,
    reason text NOT NULL,
    cells jsonb NOT NULL,
    CONSTRAINT pk_settlement_line PRIMARY KEY (import_id, place)
  );
`;

const usesWithoutTill = `
  ALTER TABLE redemption ALTER COLUMN till_id DROP NOT NULL;
  ALTER TABLE redemption ADD CONSTRAINT ck_redemption__till CHECK (till_id IS NOT NULL OR source = 'settlement');
`;
