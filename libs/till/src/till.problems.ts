import { Problem } from '@carers/kernel';
import type { TillReason } from './reasons.js';

abstract class TillProblem extends Problem {
  readonly room = 'till';
}

/** No key, or one that is not (or no longer) a till's. */
export class TillKeyRefused extends TillProblem {
  readonly slug = 'till-key-refused';
  readonly kind = 'unauthenticated';
}

/** The key is a till's, but may not be used for this: its scopes were chosen without it. */
export class ScopeMissing extends TillProblem {
  readonly slug = 'scope-missing';
  readonly kind = 'forbidden';
}

/** The same scan was used before for another card. */
export class ScanUsedForAnotherCard extends TillProblem {
  readonly slug = 'scan-used-for-another-card';
  readonly kind = 'conflict';
}

/** A redemption without an accepted validation of the same scan at this branch. */
export class NoAcceptedValidation extends TillProblem {
  readonly slug = 'no-accepted-validation';
  readonly kind = 'conflict';
}

/** The rules do not let this offer be used, here and now, by this card. */
export class OfferNotUsable extends TillProblem {
  readonly slug = 'offer-not-usable';
  readonly kind = 'conflict';

  constructor(
    readonly reason: TillReason,
    readonly nextUsableAt: Date | null = null,
  ) {
    super({ reason });
  }

  override get extra() {
    return { reason: this.reason, ...(this.nextUsableAt ? { nextUsableAt: this.nextUsableAt.toISOString() } : {}) };
  }
}

/** No such redemption at this branch. */
export class RedemptionNotFound extends TillProblem {
  readonly slug = 'redemption-not-found';
  readonly kind = 'not-found';
}

/** The time in which a mistake can be taken back is over. */
export class TooLateToUndo extends TillProblem {
  readonly slug = 'too-late-to-undo';
  readonly kind = 'conflict';
}

/** No such till, or not one of this business. */
export class TillNotFound extends TillProblem {
  readonly slug = 'till-not-found';
  readonly kind = 'not-found';
}

/** A phone's key cannot be changed from outside: the phone would never learn the new one. Pair it anew. */
export class TillIsPhone extends TillProblem {
  readonly slug = 'till-is-phone';
  readonly kind = 'conflict';
}

/** No such branch, or not one of this business. */
export class BranchNotFound extends TillProblem {
  readonly slug = 'branch-not-found';
  readonly kind = 'not-found';
}

/** The pairing code is wrong, used or too old. */
export class PairingCodeRefused extends TillProblem {
  readonly slug = 'pairing-code-refused';
  readonly kind = 'conflict';
}
