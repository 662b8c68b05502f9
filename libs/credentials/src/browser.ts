/**
 * The browser's door: everything but what needs Node (`node-keys.ts`) or draws (`browser-qr.ts`, a door of its own).
 * Code that is bundled for a browser imports this file by its relative path; everything else imports `@carers/credentials`.
 */
export { decodeBase32, encodeBase32 } from './base32.js';
export { formatCardNumber, newCardNumber, parseCardNumber } from './card-number.js';
export { cardUrl, MAX_CREDENTIAL_TEXT, readCardText, readCredentialText, type CardText } from './card-url.js';
export { newCredentialId, type CredentialClaims, type CredentialKind } from './claims.js';
export {
  decodeCredential,
  presumeCredential,
  signCredential,
  verifyCredential,
  verifyCredentialSync,
  type CredentialCheck,
  type CredentialRefusal,
  type CredentialSigner,
  type DecodedCredential,
  type PresumedCheck,
  type VerifyingKeys,
} from './credential.js';
export { printedName } from './printed-name.js';
export { CODE_STEP_SECONDS, rotatingCode } from './rotating-code.js';
export {
  readPublicJwk,
  rotate,
  signingKeyOf,
  SigningKeysInvalid,
  toJwks,
  type Jwks,
  type PrivateJwk,
  type PublicJwk,
  type SigningKey,
  type SigningKeyPair,
} from './signing-key.js';
export type { ListedStatus } from './status-bits.js';
export { parseStatusChanges, StatusList, StatusListInvalid, type StatusChanges } from './status-list.js';
export { WebVerifyingKeys } from './web-keys.js';
