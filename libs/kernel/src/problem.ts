/** What sort of problem it is; the web layer turns it into an HTTP status, rules never name one. */
export type ProblemKind =
  'invalid' | 'unauthenticated' | 'forbidden' | 'not-found' | 'gone' | 'conflict' | 'too-many' | 'unavailable';

/** Values that go into a problem's sentence. */
export type ProblemParams = Readonly<Record<string, string | number>>;

/**
 * Something that can go wrong and that a person can understand. The sentence is in the catalogue of the lib that
 * throws it, under `problems.<slug>`; what to do about it, where there is more to say, under `problems.<slug>-help`.
 */
export abstract class Problem extends Error {
  /** Stable name for machines: the end of the `type` address (RFC 9457). */
  abstract readonly slug: string;
  abstract readonly kind: ProblemKind;
  /** The lib whose catalogue holds the sentence. */
  abstract readonly room: string;

  constructor(readonly params: ProblemParams = {}) {
    super();
    this.name = new.target.name;
  }

  override get message(): string {
    return `${this.room}/${this.slug}`;
  }

  /** Further members of the RFC 9457 body, for machines. */
  get extra(): Readonly<Record<string, unknown>> {
    return {};
  }

  /** Seconds after which to try again, where that helps. */
  get retryAfter(): number | undefined {
    return undefined;
  }
}

/** One field of a form or body that cannot be taken as it is. */
export interface FieldError {
  /** Dotted path, as in `address.postcode`. */
  field: string;
  /** Catalogue key of the sentence that says what to do, as in `applications:errors.postcode-missing`. */
  message: string;
  params?: ProblemParams;
}

/** Input with one or more fields to put right. */
export class InvalidInput extends Problem {
  readonly slug = 'invalid-input';
  readonly kind = 'invalid';
  readonly room = 'pages';

  constructor(readonly errors: readonly FieldError[]) {
    super();
  }
}
