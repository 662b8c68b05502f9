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

/** The card is stopped for now, so it cannot be replaced before it is lifted. */
export class CardIsSuspended extends Problem {
  readonly slug = 'card-is-suspended';
  readonly kind = 'conflict';
  readonly room = 'cards';
}

/** The time of the card has run out: it has to be renewed, not replaced. */
export class CardHasExpired extends Problem {
  readonly slug = 'card-has-expired';
  readonly kind = 'conflict';
  readonly room = 'cards';
}

/** The cardholder has a card that was not revoked; nobody has two. */
export class CardStillRuns extends Problem {
  readonly slug = 'card-still-runs';
  readonly kind = 'conflict';
  readonly room = 'cards';
}

/** Nobody gets a card whose date of birth is not known: it decides the kind of card. */
export class BirthDateNeeded extends Problem {
  readonly slug = 'birth-date-needed';
  readonly kind = 'conflict';
  readonly room = 'cards';
}

/** The link was altered, or has ended because the card was reported lost. */
export class CardLinkEnded extends Problem {
  readonly slug = 'card-link-ended';
  readonly kind = 'not-found';
  readonly room = 'cards';
}

/** Changes of the status list are kept for a week, and not endlessly many: beyond that, the whole list is shorter. */
export class StatusListTooOld extends Problem {
  readonly slug = 'status-list-too-old';
  readonly kind = 'gone';
  readonly room = 'cards';
}

/** No such cardholder, or not one that this person may see. */
export class CardholderNotFound extends Problem {
  readonly slug = 'cardholder-not-found';
  readonly kind = 'not-found';
  readonly room = 'cards';
}

/** The scheme has no card key of that id. */
export class CardKeyNotFound extends Problem {
  readonly slug = 'card-key-not-found';
  readonly kind = 'not-found';
  readonly room = 'cards';
}

/** The key was revoked before; nothing undoes that. */
export class CardKeyWasRevoked extends Problem {
  readonly slug = 'card-key-was-revoked';
  readonly kind = 'conflict';
  readonly room = 'cards';
}
