export { JoinWebModule } from './join/join.module.js';
export { OfferForm, offerFormOf, offerKinds, weekdays } from './offer-form.js';
export { Offer, type OfferContent, type OfferStatus, offerStatuses, type OfferText } from './offer.entity.js';
export { OfferWording } from './offer-wording.js';
export { offersEntities, OffersModule } from './offers.module.js';
export { Offers, versionOf, type WaitingOffer } from './offers.js';
export { NothingToDecide, OfferChangedMeanwhile, OfferNotFound, OfferStatusForbids } from './offers.problems.js';
