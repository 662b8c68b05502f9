import { type FieldError, Problem, type ProblemKind } from '@carers/kernel';

/** The token of a form is missing, old or of another browser. */
export class FormExpired extends Problem {
  readonly slug = 'form-expired';
  readonly kind = 'forbidden';
  readonly room = 'pages';
}

/** Text that no database can hold: a NUL, or half of a character. */
export class UnreadableText extends Problem {
  readonly slug = 'unreadable-text';
  readonly kind = 'invalid';
  readonly room = 'pages';
  readonly errors: readonly FieldError[];

  /** @param field where it stands, as a dotted path; empty for the whole */
  constructor(field: string) {
    super();
    this.errors = [{ field, message: 'pages:errors.unreadable-characters' }];
  }
}

/** There is no page at this address. */
export class PageNotFound extends Problem {
  readonly slug = 'page-not-found';
  readonly kind = 'not-found';
  readonly room = 'pages';
}

/** HTTP status of each kind of problem (RFC 9110). */
export const STATUS_OF: Readonly<Record<ProblemKind, number>> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  gone: 410,
  conflict: 409,
  'too-many': 429,
  unavailable: 503,
};

/** Words for refusals that come from the framework, by status. */
export const SLUG_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'malformed-request',
  401: 'sign-in-needed',
  403: 'not-allowed',
  404: 'page-not-found',
  405: 'method-not-allowed',
  408: 'too-slow',
  413: 'too-large',
  414: 'address-too-long',
  415: 'format-not-supported',
  422: 'invalid-input',
  429: 'too-many-requests',
  503: 'not-available',
};
