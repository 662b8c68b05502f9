export type { CardReason, TillReason } from './reasons.js';
export { Redemption } from './redemption.entity.js';
export { Redemptions, type RedemptionAnswer } from './redemptions.js';
export { TillJobsModule, TillModule, TillWebModule } from './till.module.js';
export { TillKey } from './till-key.entity.js';
export { Till, type TillScope, tillScopes } from './till.entity.js';
export { type NewPairing, type NewTill, Tills } from './tills.js';
export { Validation } from './validation.entity.js';
export { type OfferLine, type ValidationAnswer, Validations } from './validations.js';
