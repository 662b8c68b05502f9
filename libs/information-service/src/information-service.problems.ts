import { Problem } from '@carers/kernel';

/** Nobody with this id is on a list that the reader may see. */
export class SubscriberNotFound extends Problem {
  readonly slug = 'subscriber-not-found';
  readonly kind = 'not-found';
  readonly room = 'information-service';
}

/** A link to preferences was altered, or is an old one. */
export class PreferenceLinkNotUsable extends Problem {
  readonly slug = 'preference-link-not-usable';
  readonly kind = 'not-found';
  readonly room = 'information-service';
}

/** An answer points at words that were never kept, so it would prove nothing. */
export class WordingUnknown extends Problem {
  readonly slug = 'wording-unknown';
  readonly kind = 'conflict';
  readonly room = 'information-service';
}
