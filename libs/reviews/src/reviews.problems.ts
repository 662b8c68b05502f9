import { Problem } from '@carers/kernel';

/** No such review. */
export class ReviewNotFound extends Problem {
  readonly slug = 'review-not-found';
  readonly kind = 'not-found';
  readonly room = 'reviews';
}

/** Somebody else closed it first. */
export class ReviewAlreadyClosed extends Problem {
  readonly slug = 'review-already-closed';
  readonly kind = 'conflict';
  readonly room = 'reviews';
}
