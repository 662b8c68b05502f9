import { Problem } from '@carers/kernel';

/** The bulletin is no longer where whoever pressed the button saw it. */
export class BulletinHasMovedOn extends Problem {
  readonly slug = 'bulletin-has-moved-on';
  readonly kind = 'conflict';
  readonly room = 'bulletins';
}

/** No bulletin that this officer may see has this id. */
export class BulletinToSendNotFound extends Problem {
  readonly slug = 'bulletin-to-send-not-found';
  readonly kind = 'not-found';
  readonly room = 'bulletins';
}

/** Whoever confirmed a bulletin cannot be its second officer. */
export class SecondOfficerIsTheFirst extends Problem {
  readonly slug = 'second-officer-is-the-first';
  readonly kind = 'forbidden';
  readonly room = 'bulletins';
}

/** Nobody in the audience can be reached. */
export class NobodyToSendTo extends Problem {
  readonly slug = 'nobody-to-send-to';
  readonly kind = 'conflict';
  readonly room = 'bulletins';
}

/** The file of a print run is not there: not made yet, or its time is over. */
export class PrintFileNotThere extends Problem {
  readonly slug = 'print-file-not-there';
  readonly kind = 'not-found';
  readonly room = 'bulletins';
}

/** Somebody whose letter is in the file of a print run may not be written to any more, or not there. */
export class PrintFileOutdated extends Problem {
  readonly slug = 'print-file-outdated';
  readonly kind = 'conflict';
  readonly room = 'bulletins';
}

/** Nobody has said whom it goes to. */
export class AudienceNotChosen extends Problem {
  readonly slug = 'audience-not-chosen';
  readonly kind = 'conflict';
  readonly room = 'bulletins';
}

/** Nothing that can be read as a moment, or one that is past. */
export class StartNotUsable extends Problem {
  readonly slug = 'start-not-usable';
  readonly kind = 'invalid';
  readonly room = 'bulletins';
}
