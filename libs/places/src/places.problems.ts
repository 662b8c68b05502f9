import { Problem } from '@carers/kernel';
import type { ZodError } from 'zod';

abstract class PlacesProblem extends Problem {
  readonly room = 'places';
}

/** What was typed cannot be a postcode of the United Kingdom. */
export class PostcodeNotValid extends PlacesProblem {
  readonly slug = 'postcode-not-valid';
  readonly kind = 'invalid';
}

/** A real place, but not one that this scheme serves. The sentence names it, so that the reader sees we understood. */
export class OutsideTerritory extends PlacesProblem {
  readonly slug = 'outside-territory';
  readonly kind = 'invalid';

  constructor(
    readonly postcode: string,
    readonly town: string,
    schemeName: string,
  ) {
    super({ postcode, town, scheme: schemeName });
  }

  override get extra() {
    return { postcode: this.postcode, town: this.town };
  }
}

/** No scheme document was loaded yet, so there is nothing to serve. */
export class NoScheme extends PlacesProblem {
  readonly slug = 'no-scheme';
  readonly kind = 'unavailable';
}

/** No policy of the scheme was in force on that day. */
export class NoPolicyYet extends PlacesProblem {
  readonly slug = 'no-policy-yet';
  readonly kind = 'unavailable';

  constructor(readonly date: string) {
    super({ date });
  }
}

/** A scheme document cannot be taken as it is; every fault is listed. */
export class SchemeNotValid extends PlacesProblem {
  readonly slug = 'scheme-not-valid';
  readonly kind = 'invalid';

  constructor(readonly faults: readonly string[]) {
    super({ faults: faults.join('; ') });
  }

  static because(error: ZodError): SchemeNotValid {
    return new SchemeNotValid(
      error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')),
    );
  }

  override get extra() {
    return { faults: this.faults };
  }
}
