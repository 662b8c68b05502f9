import type { OfferReason } from '@carers/offer-rules';

/** Why a card is refused. One list, everywhere; the till's words for each are in the catalogue. */
export const cardReasons = [
  'unknown_card',
  'malformed',
  'bad_signature',
  'unknown_issuer',
  'expired',
  'not_yet_valid',
  'suspended',
  'revoked',
  'superseded',
  'stale_code',
  'test_card',
] as const;

export type CardReason = (typeof cardReasons)[number];

/** Why a card or an offer is refused at the till (architecture: HTTP contract). */
export type TillReason = CardReason | OfferReason;
