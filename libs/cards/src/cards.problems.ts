import { Problem } from '@carers/kernel';

/** The card was revoked and cannot be changed any more. */
export class CardHasEnded extends Problem {
  readonly slug = 'card-has-ended';
  readonly kind = 'conflict';
  readonly room = 'cards';
}

/** No such card, or not one that this person may see. */
export class CardNotFound extends Problem {
  readonly slug = 'card-not-found';
  readonly kind = 'not-found';
  readonly room = 'cards';
}
