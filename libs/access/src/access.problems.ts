import { Problem } from '@carers/kernel';

abstract class AccessProblem extends Problem {
  readonly room = 'access';
}

/** Nobody is signed in. Pages lead to the sign-in page. */
export class NotSignedIn extends AccessProblem {
  readonly slug = 'not-signed-in';
  readonly kind = 'unauthenticated';
}

/** Signed in, but the second factor has not been given in this session. Pages lead to it. */
export class SecondFactorNeeded extends AccessProblem {
  readonly slug = 'second-factor-needed';
  readonly kind = 'forbidden';
}

/** Signed in, but not as somebody who may do this. */
export class NotAllowed extends AccessProblem {
  readonly slug = 'not-allowed';
  readonly kind = 'forbidden';
}

/** The link was used, has run out, or never was one: the answer does not say which. */
export class LinkNotUsable extends AccessProblem {
  readonly slug = 'link-not-usable';
  readonly kind = 'not-found';
}

/** Asked too often. `retryAfter` is in seconds. */
export class AskedTooOften extends AccessProblem {
  readonly slug = 'asked-too-often';
  readonly kind = 'too-many';

  constructor(private readonly seconds: number) {
    super({ minutes: Math.max(1, Math.ceil(seconds / 60)) });
  }

  override get retryAfter(): number {
    return this.seconds;
  }
}

export class AccountNotFound extends AccessProblem {
  readonly slug = 'account-not-found';
  readonly kind = 'not-found';
}

/** Administrators cannot lock themselves out: there is always one left. */
export class NotOnYourself extends AccessProblem {
  readonly slug = 'not-on-yourself';
  readonly kind = 'conflict';
}

export class SecondFactorAlreadySet extends AccessProblem {
  readonly slug = 'second-factor-already-set';
  readonly kind = 'conflict';
}
