export { closedReasons, hourOfWeek, whyClosed, type ClosedReason } from './asked-time.js';
export { bankHolidays } from './bank-holidays.js';
export { describeOffer, type PartValue, type Phrase, type SentencePart } from './describe-offer.js';
export {
  evaluateOffer,
  offerReasons,
  type CardFacts,
  type CardKind,
  type OfferAnswer,
  type OfferQuestion,
  type OfferReason,
} from './evaluate-offer.js';
export { usagePeriodStart, type OfferUsage } from './limits.js';
export type { LocalDate } from './local-days.js';
export { parseOfferTerms, type ParsedTerms } from './parse-offer-terms.js';
export type { TermsError } from './read-json.js';
export { renderOffer, type OfferWords, type Translate } from './render-offer.js';
export {
  howUsed,
  limitPeriods,
  whoCovered,
  type HowUsed,
  type LimitPeriod,
  type OfferConditions,
  type OfferKind,
  type OfferLimits,
  type OfferTerms,
  type OfferValue,
  type TimeRange,
  type WhoCovered,
} from './terms.js';
