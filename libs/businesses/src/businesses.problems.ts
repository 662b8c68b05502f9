import { Problem } from '@carers/kernel';
import type { BusinessStatus } from './business.entity.js';

abstract class BusinessesProblem extends Problem {
  readonly room = 'businesses';
}

/** No such business, or not one that this person may see: the two are told apart to nobody. */
export class BusinessNotFound extends BusinessesProblem {
  readonly slug = 'business-not-found';
  readonly kind = 'not-found';
}

export class BranchNotFound extends BusinessesProblem {
  readonly slug = 'branch-not-found';
  readonly kind = 'not-found';
}

/** What was asked cannot be done with a business in this status. */
export class BusinessStatusForbids extends BusinessesProblem {
  readonly slug = 'business-status-forbids';
  readonly kind = 'conflict';

  constructor(readonly status: BusinessStatus) {
    super({ status });
  }

  override get extra() {
    return { status: this.status };
  }
}

/** A business without a branch has nothing to be listed at. */
export class BusinessNotReady extends BusinessesProblem {
  readonly slug = 'business-not-ready';
  readonly kind = 'conflict';
}

/** The last open branch cannot be closed: leave the scheme instead. */
export class LastBranch extends BusinessesProblem {
  readonly slug = 'last-branch';
  readonly kind = 'conflict';
}

/** The link to an unfinished registration is wrong, too old, or the registration was sent. */
export class JoinDraftNotFound extends BusinessesProblem {
  readonly slug = 'join-draft-not-found';
  readonly kind = 'not-found';
}

/** The terms changed between reading and accepting them. */
export class TermsChanged extends BusinessesProblem {
  readonly slug = 'terms-changed';
  readonly kind = 'conflict';
}

/** A business has one online shop at most. */
export class SecondOnlineBranch extends BusinessesProblem {
  readonly slug = 'second-online-branch';
  readonly kind = 'conflict';
}

/** Nobody of that account acts for the business. */
export class PersonNotFound extends BusinessesProblem {
  readonly slug = 'business-person-not-found';
  readonly kind = 'not-found';
}

/** Somebody must be left who can act for the business. */
export class LastPerson extends BusinessesProblem {
  readonly slug = 'last-business-person';
  readonly kind = 'conflict';
}

/** As many people as may act for one business do. */
export class TooManyPeople extends BusinessesProblem {
  readonly slug = 'too-many-business-people';
  readonly kind = 'conflict';

  constructor(most: number) {
    super({ most });
  }
}
