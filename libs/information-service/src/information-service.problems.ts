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

/** A link to a new address was altered, is an old one, or somebody asked for another address since. */
export class ContactLinkNotUsable extends Problem {
  readonly slug = 'contact-link-not-usable';
  readonly kind = 'not-found';
  readonly room = 'information-service';
}

/** An answer points at words that were never kept, so it would prove nothing. */
export class WordingUnknown extends Problem {
  readonly slug = 'wording-unknown';
  readonly kind = 'conflict';
  readonly room = 'information-service';
}

/** No saved filter of a service that the reader may see has this id. */
export class SegmentNotFound extends Problem {
  readonly slug = 'segment-not-found';
  readonly kind = 'not-found';
  readonly room = 'information-service';
}

/** The service has a saved filter of this name already. */
export class SegmentNameTaken extends Problem {
  readonly slug = 'segment-name-taken';
  readonly kind = 'conflict';
  readonly room = 'information-service';
}

/** Somebody else changed the saved filter since it was opened. */
export class SegmentWasChanged extends Problem {
  readonly slug = 'segment-was-changed';
  readonly kind = 'conflict';
  readonly room = 'information-service';
}

/** The same key came with another registration before. */
export class RegistrationKeyUsed extends Problem {
  readonly slug = 'registration-key-used';
  readonly kind = 'conflict';
  readonly room = 'information-service';
}
