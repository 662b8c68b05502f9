import { offerReasons } from '@carers/offer-rules';
import { cardReasons } from './reasons.js';

/** Why staff look at a use that a till recorded by itself: what the card, the offer, the time or the scan was. */
export const offlineFlags = [
  ...cardReasons,
  ...offerReasons,
  /** No offer of this business has that id. */
  'unknown_offer',
  /** The business did not take part when it was told. */
  'business_not_working',
  /** It happened before the till was ended, and was told after that. */
  'till_ended',
  /** It happened after the till was ended. */
  'after_till_ended',
  /** By its time it has yet to happen. */
  'in_future',
  /** More than 30 days before it was told. */
  'too_old',
  /** Its time could not be read, or lies more than a year back: the time at which it was told stands instead. */
  'time_unknown',
  /** Online, the same scan was of another card. */
  'scan_used_for_another_card',
  /** Online, the same scan was refused. */
  'refused_before',
  /** It could not be saved. */
  'not_saved',
] as const;

export type OfflineFlag = (typeof offlineFlags)[number];
