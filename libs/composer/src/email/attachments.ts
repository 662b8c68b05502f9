import type { Composed, ComposerPicture } from '../source.js';

/** A file that goes with every copy of an e-mail. */
export interface ComposedAttachment {
  name: string;
  type: string;
  bytes: Buffer;
  /** Of a picture that the text shows (RFC 2392), without angle brackets. */
  contentId?: string;
}

/** Bytes of pictures that travel in a mail. Mailboxes bound whole messages, and a copy is sent to each person. */
export const mostAttached = 300_000;

const chosen = new WeakMap<Composed, ReadonlySet<ComposerPicture>>();

/**
 * The pictures that travel in the mail, in the order of the text while they fit; further ones are fetched from our own
 * site when the reader's program asks. Travelling ones show at once, work without a connection, and tell nobody that
 * the mail was opened.
 */
export function attachedPictures(composed: Composed): ReadonlySet<ComposerPicture> {
  let attached = chosen.get(composed);
  if (!attached) {
    let left = mostAttached;
    attached = new Set(
      composed.pictures.filter(({ mail }) => {
        const fits = mail.bytes.length <= left;
        if (fits) left -= mail.bytes.length;
        return fits;
      }),
    );
    chosen.set(composed, attached);
  }
  return attached;
}

export function contentIdOf({ number }: ComposerPicture): string {
  return `picture-${number}@bulletin`;
}

/** Pictures and calendar files of an e-mail: the same for everybody. */
export function attachmentsOf(composed: Composed): ComposedAttachment[] {
  return [
    ...[...attachedPictures(composed)].map((picture) => ({
      name: `picture-${picture.number}.jpg`,
      type: 'image/jpeg',
      bytes: picture.mail.bytes,
      contentId: contentIdOf(picture),
    })),
    ...composed.calendars.map(({ name, bytes }) => ({
      name,
      type: 'text/calendar; charset=utf-8; method=PUBLISH',
      bytes,
    })),
  ];
}
