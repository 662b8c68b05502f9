import type { CredentialRefusal } from '@carers/credentials';
import type { OfferReason } from '@carers/offer-rules';

/** Why a card is refused. One list, everywhere; the till's words for each are in the catalogue. */
export type CardReason =
  CredentialRefusal | 'unknown_card' | 'suspended' | 'revoked' | 'superseded' | 'stale_code' | 'test_card';

/** Why a card or an offer is refused at the till (architecture: HTTP contract). */
export type TillReason = CardReason | OfferReason;
