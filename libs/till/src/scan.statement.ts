import type { PreparedStatement } from '@carers/database';
import type { BranchOffer, CountedUse } from './validate.statement.js';

/** An accepted scan with one offer, for a process that did not answer the scan itself. No row: no such till. */
export interface ScanRow {
  branch_id: string;
  /** Null when the scan was never accepted here. */
  kind: 'adult' | 'young' | 'test' | null;
  /** Last day of the card; null with `kind`. */
  valid_until: string | null;
  /** Sealed. */
  birth_date: string | null;
  hours_of_caring: number | null;
  offers: BranchOffer[] | null;
  /** Uses of the offer's limits on the day that was asked for. */
  uses: CountedUse[] | null;
}

/** Hash of the key, scan, offer, the instant at which the key must work, the day of the limits. */
export const scanStatement: PreparedStatement = {
  name: 'till-scan',
  text: `
    SELECT till.branch_id, card.kind, card.valid_until, cardholder.birth_date, cardholder.hours_of_caring,
           (SELECT json_agg(json_build_object(
                     'id', offer.id, 'title', offer.title, 'sentence', offer.sentence, 'terms', offer.terms,
                     'revision', offer.revision))
              FROM offer WHERE offer.id = $3 AND offer.business_id = branch.business_id) AS offers,
           (SELECT json_agg(json_build_array(counter.offer_id, counter.scope, counter.used))
              FROM offer
              CROSS JOIN LATERAL offer_scopes(offer.terms, card.cardholder_id, $5::date) limited
              JOIN offer_counter counter ON counter.offer_id = offer.id AND counter.scope = limited.scope
             WHERE offer.id = $3 AND offer.terms ? 'limits') AS uses
      FROM till_key
      JOIN till ON till.id = till_key.till_id AND till.ended_at IS NULL
      JOIN branch ON branch.id = till.branch_id AND branch.closed_at IS NULL
      JOIN business ON business.id = branch.business_id AND business.status = 'published'
      LEFT JOIN validation ON validation.branch_id = till.branch_id AND validation.scan_id = $2::uuid
                          AND validation.outcome = 'valid'
      LEFT JOIN card ON card.id = validation.card_id
      LEFT JOIN cardholder ON cardholder.id = card.cardholder_id
     WHERE till_key.key_hash = $1 AND (till_key.ends_at IS NULL OR till_key.ends_at > $4)`,
};
