export { type Addressee, type AddressKey, type HashedAddress, keyOf } from './addressee.js';
export { type Channel, type Reason, reasons } from './reasons.js';
export { SuppressedAddress } from './suppressed-address.entity.js';
export { SuppressionModule } from './suppression.module.js';
export { type About, type Bounce, type Sending, Suppressions } from './suppressions.js';
