import { Problem } from '@carers/kernel';
import type { OfferStatus } from './offer.entity.js';

abstract class OffersProblem extends Problem {
  readonly room = 'offers';
}

export class OfferNotFound extends OffersProblem {
  readonly slug = 'offer-not-found';
  readonly kind = 'not-found';
}

export class RegionNotFound extends OffersProblem {
  readonly slug = 'region-not-found';
  readonly kind = 'not-found';
}

/** No published business has this address. */
export class BusinessNotListed extends OffersProblem {
  readonly slug = 'business-not-listed';
  readonly kind = 'not-found';
}

/** An offer in this status cannot be changed like that. */
export class OfferStatusForbids extends OffersProblem {
  readonly slug = 'offer-status-forbids';
  readonly kind = 'conflict';

  constructor(readonly status: OfferStatus) {
    super({ status });
  }

  override get extra() {
    return { status: this.status };
  }
}

/** Somebody else has already decided, or nothing was submitted. */
export class NothingToDecide extends OffersProblem {
  readonly slug = 'nothing-to-decide';
  readonly kind = 'conflict';
}

/** The offer was changed while it was being looked at: what would be agreed to is not what was read. */
export class OfferChangedMeanwhile extends OffersProblem {
  readonly slug = 'offer-changed-meanwhile';
  readonly kind = 'conflict';
}
