import { Problem } from '@carers/kernel';

/** The review or complaint is not where this can be done. */
export class ReviewHasMovedOn extends Problem {
  readonly slug = 'trade-review-has-moved-on';
  readonly kind = 'conflict';
  readonly room = 'vetting';
}

/** No such review, or not theirs to see. */
export class ReviewNotFound extends Problem {
  readonly slug = 'trade-review-not-found';
  readonly kind = 'not-found';
  readonly room = 'vetting';
}

/** A customer's link that is not right, is over, or was used. */
export class ReviewLinkNotOpen extends Problem {
  readonly slug = 'trade-review-link-not-open';
  readonly kind = 'gone';
  readonly room = 'vetting';
}
