import { Problem } from '@carers/kernel';

/** There is no such bulletin, or not for this person. */
export class BulletinNotFound extends Problem {
  readonly slug = 'bulletin-not-found';
  readonly kind = 'not-found';
  readonly room = 'bulletins';
}

/** Somebody said yes to its words: they are fixed. */
export class BulletinNotOpen extends Problem {
  readonly slug = 'bulletin-not-open';
  readonly kind = 'conflict';
  readonly room = 'bulletins';
}

/** Its words are not fixed yet, so no copies can be made. */
export class BulletinNotFrozen extends Problem {
  readonly slug = 'bulletin-not-frozen';
  readonly kind = 'conflict';
  readonly room = 'bulletins';
}

/** It has as many pictures as it may have. */
export class TooManyPictures extends Problem {
  readonly slug = 'too-many-pictures';
  readonly kind = 'conflict';
  readonly room = 'bulletins';
}

/** The account of whoever writes has no address of that kind. */
export class NowhereToSendTest extends Problem {
  readonly slug = 'nowhere-to-send-test';
  readonly kind = 'conflict';
  readonly room = 'bulletins';
}
