import type { PreparedStatement } from '@carers/database';
import type { OfferTerms } from '@carers/offer-rules';

/** An offer that can be used at the branch. The uses are of all cards together; null where there is no such limit. */
export interface BundleOffer {
  id: string;
  title: string;
  sentence: string;
  terms: OfferTerms;
  revision: number;
  usedToday: number | null;
  usedEver: number | null;
}

/**
 * The offers of a branch as an offline till needs them, and the note that it fetched them (to the minute).
 * Values: till, hash of its key, branch, business, now, today.
 */
export const bundleStatement: PreparedStatement = {
  name: 'till-bundle',
  text: `
    WITH used AS (
      UPDATE till_key SET last_used_at = $5
       WHERE key_hash = $2 AND coalesce(last_used_at < $5::timestamptz - interval '1 minute', true)
    ), synced AS (
      UPDATE till SET last_sync_at = $5
       WHERE id = $1 AND coalesce(last_sync_at < $5::timestamptz - interval '1 minute', true)
    )
    SELECT offer.id, offer.title, offer.sentence, offer.terms, offer.revision,
           CASE WHEN offer.terms #> '{limits,perDay}' IS NOT NULL THEN coalesce(daily.used, 0) END AS "usedToday",
           CASE WHEN offer.terms #> '{limits,total}' IS NOT NULL THEN coalesce(ever.used, 0) END AS "usedEver"
      FROM offer
      LEFT JOIN offer_counter daily ON daily.offer_id = offer.id AND daily.scope = 'day:' || $6::date
      LEFT JOIN offer_counter ever ON ever.offer_id = offer.id AND ever.scope = 'total'
     WHERE offer.business_id = $4 AND offer.status = 'published'
       AND (NOT offer.terms ? 'branchIds' OR offer.terms -> 'branchIds' ? $3::text)
     ORDER BY offer.published_at DESC, offer.id`,
};
