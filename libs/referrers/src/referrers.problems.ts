import { Problem } from '@carers/kernel';

abstract class ReferrersProblem extends Problem {
  readonly room = 'referrers';
}

/** No referrer has this code, or none that somebody may see has this id. */
export class ReferrerNotFound extends ReferrersProblem {
  readonly slug = 'referrer-not-found';
  readonly kind = 'not-found';
}

/** It sends nobody any more: nothing is taken in its name. */
export class ReferrerEnded extends ReferrersProblem {
  readonly slug = 'referrer-ended';
  readonly kind = 'conflict';
}

/** A link to a referrer's figures was altered, or is an old one. */
export class FiguresLinkNotUsable extends ReferrersProblem {
  readonly slug = 'figures-link-not-usable';
  readonly kind = 'not-found';
}

/** No hand-over with this id is in a queue that somebody may see. */
export class HandOverNotFound extends ReferrersProblem {
  readonly slug = 'hand-over-not-found';
  readonly kind = 'not-found';
}

/** Somebody else finished it meanwhile. */
export class HandOverClosed extends ReferrersProblem {
  readonly slug = 'hand-over-closed';
  readonly kind = 'conflict';
}

/** Somebody else noted a call meanwhile. */
export class CallNotedAlready extends ReferrersProblem {
  readonly slug = 'call-noted-already';
  readonly kind = 'conflict';
}
