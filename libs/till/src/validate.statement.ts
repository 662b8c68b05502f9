import type { PreparedStatement } from '@carers/database';
import type { OfferTerms } from '@carers/offer-rules';
import type { CardReason } from './reasons.js';

/** One check on its way to the database. Instants and days come from our clock, never the database's. */
export interface ValidationToWrite {
  id: string;
  keyHash: string;
  scanId: string;
  at: Date;
  today: string;
  /** The credential that was verified, or null where a number was typed or nothing could be read. */
  credentialId: string | null;
  cardNumber: string | null;
  /** Why the text was refused before any look-up. */
  refusal: CardReason | null;
}

/** An offer of the branch, with what was used of its limits by this cardholder, today and ever. */
export interface OfferRow {
  id: string;
  title: string;
  sentence: string;
  terms: OfferTerms;
  revision: number;
  usedByCard: number | null;
  usedToday: number | null;
  usedEver: number | null;
}

/** What the database answers for one check, in the order of the items. */
export interface ValidationRow {
  till_id: string | null;
  branch_id: string;
  branch_name: string;
  /** Null when the same scan is being written by somebody else in this moment: ask again. */
  outcome: 'valid' | 'not_valid' | null;
  reason: CardReason | null;
  at: Date;
  card_id: string | null;
  /** The card of the first check with this scan, where there was one before. */
  earlier_card_id: string | null;
  is_repeat: boolean;
  printed_name: string | null;
  valid_until: string | null;
  kind: 'adult' | 'young' | 'test' | null;
  ended_at: Date | null;
  /** Sealed. */
  birth_date: string | null;
  offers: OfferRow[] | null;
}

/** The values of the statement for a batch: one array for each column. */
export function validationValues(items: readonly ValidationToWrite[]): unknown[] {
  return [
    items.map(({ id }) => id),
    items.map(({ keyHash }) => keyHash),
    items.map(({ scanId }) => scanId),
    items.map(({ at }) => at),
    items.map(({ today }) => today),
    items.map(({ credentialId }) => credentialId),
    items.map(({ cardNumber }) => cardNumber),
    items.map(({ refusal }) => refusal),
  ];
}

/**
 * Authenticates the till, finds the card, decides, keeps the validation and reads the branch's offers with what is left
 * of them: one round trip for any number of checks. The unique constraint on branch and scan settles repeats.
 */
export const validateStatement: PreparedStatement = {
  name: 'till-validate',
  text: `
    WITH asked AS (
      SELECT * FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[], $5::date[], $6::text[], $7::text[], $8::text[])
        WITH ORDINALITY AS asked (id, key_hash, scan_id, at, today, credential_id, card_number, refusal, place)
    ), met AS (
      SELECT asked.*, till.id AS till_id, branch.id AS branch_id, branch.name AS branch_name, branch.business_id,
             card.id AS card_id, card.cardholder_id, card.printed_name, card.valid_until, card.kind, card.ended_at,
             CASE WHEN card.kind = 'test' THEN NULL ELSE cardholder.birth_date END AS birth_date,
             till_key.last_used_at,
             CASE WHEN asked.refusal IS NOT NULL THEN asked.refusal
                  WHEN card.id IS NULL THEN 'unknown_card'
                  WHEN card.end_reason = 'superseded' THEN 'superseded'
                  WHEN card.status = 'revoked' OR credential.status = 'revoked' THEN 'revoked'
                  WHEN card.status = 'suspended' THEN 'suspended'
                  WHEN card.kind = 'test' THEN 'test_card'
                  WHEN card.valid_from > asked.today THEN 'not_yet_valid'
                  WHEN card.valid_until < asked.today THEN 'expired'
             END AS refused
        FROM asked
        LEFT JOIN till_key ON till_key.key_hash = asked.key_hash
                          AND (till_key.ends_at IS NULL OR till_key.ends_at > asked.at)
        LEFT JOIN till ON till.id = till_key.till_id AND till.ended_at IS NULL
        LEFT JOIN (branch JOIN business ON business.id = branch.business_id AND business.status = 'published')
               ON branch.id = till.branch_id AND branch.closed_at IS NULL
        LEFT JOIN credential ON credential.id = asked.credential_id
        LEFT JOIN card numbered ON numbered.number = asked.card_number
        LEFT JOIN card ON card.id = coalesce(credential.card_id, numbered.id)
        LEFT JOIN cardholder ON cardholder.id = card.cardholder_id
    ), kept AS (
      INSERT INTO validation (id, till_id, branch_id, scan_id, at, card_id, credential_id, outcome, reason)
      SELECT id, till_id, branch_id, scan_id, at, card_id, credential_id,
             CASE WHEN refused IS NULL THEN 'valid' ELSE 'not_valid' END, refused
        FROM met WHERE branch_id IS NOT NULL
      ON CONFLICT ON CONSTRAINT uq_validation__branch_scan DO NOTHING
      RETURNING id
    ), used AS (
      -- Once a minute is enough to tell the owner that a till is in use.
      UPDATE till_key SET last_used_at = met.at FROM met
       WHERE till_key.key_hash = met.key_hash AND met.till_id IS NOT NULL
         AND coalesce(met.last_used_at < met.at - interval '1 minute', true)
    )
    SELECT met.till_id, met.branch_id, met.branch_name, met.card_id, met.printed_name, met.valid_until, met.kind,
           met.ended_at, met.birth_date,
           earlier.card_id AS earlier_card_id, earlier.id IS NOT NULL AS is_repeat,
           coalesce(earlier.at, met.at) AS at,
           CASE WHEN earlier.id IS NOT NULL THEN earlier.outcome
                WHEN kept.id IS NULL THEN NULL
                WHEN met.refused IS NULL THEN 'valid' ELSE 'not_valid' END AS outcome,
           CASE WHEN earlier.id IS NOT NULL THEN earlier.reason ELSE met.refused END AS reason,
           CASE WHEN met.refused IS NULL THEN (
             SELECT json_agg(json_build_object(
                      'id', offer.id, 'title', offer.title, 'sentence', offer.sentence, 'terms', offer.terms,
                      'revision', offer.revision, 'usedByCard', counted.by_card, 'usedToday', counted.today,
                      'usedEver', counted.ever) ORDER BY offer.published_at DESC, offer.id)
               FROM offer
               LEFT JOIN LATERAL (
                 SELECT sum(counter.used) FILTER (WHERE counter.scope = 'total') AS ever,
                        sum(counter.used) FILTER (WHERE counter.scope LIKE 'day:%') AS today,
                        sum(counter.used) FILTER (WHERE counter.scope LIKE 'card:%') AS by_card
                   FROM offer_scopes(offer.terms, met.cardholder_id, met.today) limited
                   JOIN offer_counter counter ON counter.offer_id = offer.id AND counter.scope = limited.scope
               ) counted ON offer.terms ? 'limits'
              WHERE offer.business_id = met.business_id AND offer.status = 'published'
                AND (NOT offer.terms ? 'branchIds' OR offer.terms -> 'branchIds' ? met.branch_id::text)
           ) END AS offers
      FROM met
      LEFT JOIN kept ON kept.id = met.id
      LEFT JOIN validation earlier ON earlier.branch_id = met.branch_id AND earlier.scan_id = met.scan_id
     ORDER BY met.place`,
};
