import { type FieldError, Problem } from '@carers/kernel';

/** Why a file is not taken. Each is a sentence of the catalogue under `problems`, with what to do instead. */
export type RefusalReason =
  | 'file-empty'
  | 'file-is-heic'
  | 'file-is-drawing'
  | 'file-is-office'
  | 'file-is-archive'
  | 'file-is-program'
  | 'file-type-not-taken'
  | 'picture-unreadable'
  | 'picture-too-large'
  | 'pdf-unreadable'
  | 'pdf-locked'
  | 'pdf-script'
  | 'pdf-action'
  | 'pdf-attachment'
  | 'pdf-form'
  | 'pdf-media'
  | 'pdf-too-much'
  | 'file-infected';

/** A file that is not taken, for a reason that a person can do something about. */
export class FileRefused extends Problem {
  readonly kind = 'invalid';
  readonly room = 'evidence';

  constructor(
    readonly slug: RefusalReason,
    params: Readonly<Record<string, string | number>> = {},
  ) {
    super(params);
  }
}

/** There is no such file, or nothing of it is left to show. */
export class EvidenceNotFound extends Problem {
  readonly slug = 'evidence-not-found';
  readonly kind = 'not-found';
  readonly room = 'evidence';
}

/** A file that waits for the virus scanner: it opens for nobody until then. */
export class EvidenceHeld extends Problem {
  readonly slug = 'evidence-held';
  readonly kind = 'conflict';
  readonly room = 'evidence';
}

/** More files are being sent at this moment than can be looked at. */
export class TooManyFilesNow extends Problem {
  readonly slug = 'too-many-files-now';
  readonly kind = 'unavailable';
  readonly room = 'evidence';

  override get retryAfter(): number {
    return 30;
  }
}

/** What a page shows at the field of a file that was not taken; null where the problem is another one. */
export function fileErrors(problem: unknown, field = 'file'): FieldError[] | null {
  if (!(problem instanceof Problem)) return null;
  const ofTheFile =
    problem.room === 'evidence' || problem.slug === 'file-too-large' || problem.slug === 'form-not-readable';
  return ofTheFile ? [{ field, message: `${problem.room}:problems.${problem.slug}`, params: problem.params }] : null;
}
