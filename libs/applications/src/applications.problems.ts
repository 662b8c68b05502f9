import { Problem } from '@carers/kernel';
import type { ApplicationState } from './application-state.js';

abstract class ApplicationsProblem extends Problem {
  readonly room = 'applications';
}

/** No such application, or a link to it that has ended. */
export class ApplicationNotFound extends ApplicationsProblem {
  readonly slug = 'application-not-found';
  readonly kind = 'not-found';
}

/** The application has moved on, so this can no longer be done with it: often somebody else was quicker. */
export class ApplicationHasMovedOn extends ApplicationsProblem {
  readonly slug: string;
  readonly kind = 'conflict';

  constructor(readonly state: ApplicationState) {
    super();
    this.slug = `application-is-${state.replace('_', '-')}`;
  }
}

/** Whoever decided first may not decide on the appeal. */
export class AppealNeedsAnother extends ApplicationsProblem {
  readonly slug = 'appeal-needs-another';
  readonly kind = 'forbidden';
}

/** Staff decide on other people's applications only. */
export class OwnApplication extends ApplicationsProblem {
  readonly slug = 'own-application';
  readonly kind = 'forbidden';
}

/** There is no appeal waiting, or it was decided already. */
export class NoAppealOpen extends ApplicationsProblem {
  readonly slug = 'no-appeal-open';
  readonly kind = 'conflict';
}

/** The same `Idempotency-Key` came with another body before. */
export class KeyUsedForAnother extends ApplicationsProblem {
  readonly slug = 'idempotency-key-used';
  readonly kind = 'conflict';
}

/** A card is renewed from its first reminder on. */
export class RenewalTooEarly extends ApplicationsProblem {
  readonly slug = 'renewal-too-early';
  readonly kind = 'conflict';
}

/** The record chosen as the same person is not among the likely matches. */
export class NotAMatch extends ApplicationsProblem {
  readonly slug = 'not-a-match';
  readonly kind = 'conflict';
}
