export { Card, type CardStatus, type RevocationReason } from './card.entity.js';
export { CardKeys } from './card-keys.js';
export { CardLinks } from './card-links.js';
export { CardTokens } from './card-tokens.js';
export { Cardholder, type CaringRole, type ContactChannel } from './cardholder.entity.js';
export { Cards, type IssuedCard, type NewCardholder } from './cards.js';
export { CardsModule } from './cards.module.js';
export { CardHasEnded, CardNotFound } from './cards.problems.js';
export { Credential, type CredentialMedium } from './credential.entity.js';
