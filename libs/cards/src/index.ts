export { AccountLinks, type AccountLink } from './account-links.js';
export { Card, type CardState, type CardStatus, type RevocationReason } from './card.entity.js';
export { CardCodes } from './card-codes.js';
export { CardKeys, type KeyLine, type KeysInUse } from './card-keys.js';
export { CardLinks } from './card-links.js';
export { CardMessages, recipientOf } from './card-messages.js';
export { CardTokens } from './card-tokens.js';
export { CaringRoles } from './caring-roles.js';
export { Cardholder, type CaringRole, type ContactChannel } from './cardholder.entity.js';
export { type CardGivenBack, CardholderEvents, type CardPosted, type DetailsCorrected } from './cardholder-events.js';
export { Cardholders, type ContactDetails, type Found, type Held } from './cardholders.js';
export { Cards, type Caring, type IssuedCard, type NewCardholder, type NewPerson } from './cards.js';
export { cardsEntities, CardsJobsModule, CardsModule, CardsWebModule } from './cards.module.js';
export {
  CardHasEnded,
  CardHasExpired,
  CardholderNotFound,
  CardIsSuspended,
  CardKeyNotFound,
  CardKeyWasRevoked,
  CardLinkEnded,
  CardNotFound,
  CardStillRuns,
} from './cards.problems.js';
export { Credential, type CredentialMedium } from './credential.entity.js';
export { hoursOfCaringBox, hoursWrong } from './hours-of-caring.form.js';
export type { IssueOptions } from './issuing.js';
export { renewableFrom, renewedUntil } from './renewal-days.js';
export { type Look, Looks, type RecordSource } from './looks.js';
export { Leaving } from './leaving.js';
export { LostCards } from './lost-cards.js';
export { PersonErasure, type PersonToErase } from './person-erasure.js';
export { type Lettered, Lettering } from './pdf/lettering.js';
export { a4, a5, type Doc, drawQr, mm, paper, type PaperOptions, type Printing } from './pdf/paper.js';
export { drawMark } from './pdf/pdf-mark.js';
export { PdfText, type Setting } from './pdf/pdf-text.js';
export { StatusIndexes } from './status-indexes.js';
export { StatusLists } from './status-lists.js';
