import { Problem } from '@carers/kernel';

/** A form with a file that is not as RFC 7578 says, or breaks off in the middle. */
export class FormNotReadable extends Problem {
  readonly slug = 'form-not-readable';
  readonly kind = 'invalid';
  readonly room = 'pages';
}

/** A file of more bytes than its route takes. */
export class FileTooLarge extends Problem {
  readonly slug = 'file-too-large';
  readonly kind = 'invalid';
  readonly room = 'pages';

  constructor(most: number) {
    super({ megabytes: Math.floor(most / 1_000_000) });
  }
}
