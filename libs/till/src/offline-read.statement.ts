import type { PreparedStatement } from '@carers/database';
import type { OfferTerms } from '@carers/offer-rules';

/** What is known of one use that a till recorded by itself. Nulls where there is no such card, offer or check. */
export interface OfflineFacts {
  place: number;
  offer_id: string | null;
  /** False when its offer was not published at that time, as far as is known. */
  was_published: boolean | null;
  /** Terms of the revision that the till went by, where they are known; else those of the present. */
  terms: OfferTerms | null;
  revision: number | null;
  card_id: string | null;
  cardholder_id: string | null;
  kind: 'adult' | 'young' | 'test' | null;
  valid_from: string | null;
  valid_until: string | null;
  ended_at: Date | null;
  end_reason: string | null;
  /** When it was stopped for a while, if it was so at that time. */
  suspended_at: Date | null;
  /** Sealed. */
  birth_date: string | null;
  hours_of_caring: number | null;
  medium: 'phone' | 'printed' | 'plastic' | null;
  credential_revoked_at: Date | null;
  /** The online check with the same scan, where there was one. */
  checked: 'valid' | 'not_valid' | null;
  checked_card_id: string | null;
}

/**
 * Everything that judging a batch needs, in the order of its items.
 * Values: branch, business; then for each item scan, offer, revision, credential, card number, instant.
 */
export const offlineReadStatement: PreparedStatement = {
  name: 'till-offline-read',
  text: `
    SELECT asked.place::integer AS place, offer.id AS offer_id,
           offer.published_at <= asked.at + interval '2 minutes'
             AND (offer.status = 'published' OR offer.withdrawn_at > asked.at
                  OR (offer.status = 'withheld' AND offer.withheld_at > asked.at)) IS TRUE AS was_published,
           coalesce(old.terms, offer.terms) AS terms, coalesce(old.revision, offer.revision) AS revision,
           card.id AS card_id, card.cardholder_id, card.kind, card.valid_from, card.valid_until, card.ended_at,
           card.end_reason, stopped.happened_at AS suspended_at, cardholder.birth_date, cardholder.hours_of_caring,
           credential.medium, credential.revoked_at AS credential_revoked_at,
           validation.outcome AS checked, validation.card_id AS checked_card_id
      FROM unnest($3::uuid[], $4::uuid[], $5::integer[], $6::text[], $7::text[], $8::timestamptz[])
           WITH ORDINALITY AS asked (scan_id, offer_id, revision, credential_id, card_number, at, place)
      LEFT JOIN offer ON offer.id = asked.offer_id AND offer.business_id = $2
      LEFT JOIN offer_revision old ON old.offer_id = offer.id AND old.revision = asked.revision
                                  AND asked.revision <> offer.revision
      LEFT JOIN credential ON credential.id = asked.credential_id
      LEFT JOIN card numbered ON numbered.number = asked.card_number
      LEFT JOIN card ON card.id = coalesce(credential.card_id, numbered.id)
      LEFT JOIN cardholder ON cardholder.id = card.cardholder_id
      LEFT JOIN validation ON validation.branch_id = $1 AND validation.scan_id = asked.scan_id
      -- Whether a card was stopped then, its trail knows: it may have been set free since.
      LEFT JOIN LATERAL (
        SELECT event.action, event.happened_at FROM audit_event event
         WHERE event.subject_kind = 'card' AND event.subject_id = card.id::text AND event.happened_at <= asked.at
           AND event.action IN ('card.suspended', 'card.lifted')
         ORDER BY event.happened_at DESC LIMIT 1
      ) stopped ON stopped.action = 'card.suspended'
     ORDER BY asked.place`,
};
