import { createHash } from 'node:crypto';
import { FileTooLarge, UploadedFile } from '@carers/pages';
import { holdsEicar } from './eicar.js';
import { FileRefused } from './evidence.problems.js';
import { checkPdf } from './pdfs.js';
import { redraw } from './pictures.js';
import { sniff, type TakenType } from './sniff.js';

/** Most bytes of one file. */
export const MOST_FILE_BYTES = 10_000_000;

const LONGEST_NAME = 120;

/** A file that was looked at and may be kept, but for the virus scanner's word. */
export interface ExaminedFile {
  name: string;
  mediaType: TakenType;
  bytes: Buffer;
  pages: number | null;
  /** SHA-256 of what was sent, in hex. */
  sent: string;
}

/**
 * Takes a file in and makes of it what may be kept: its type by its content, a picture drawn anew, a PDF read through.
 *
 * @throws FileRefused, FileTooLarge, FormNotReadable
 */
export async function examine(name: string, given: UploadedFile | AsyncIterable<Uint8Array>): Promise<ExaminedFile> {
  const bytes = await whole(given instanceof UploadedFile ? given.bytes : given);
  if (holdsEicar(bytes)) throw new FileRefused('file-infected');
  const mediaType = await sniff(bytes);
  const sent = createHash('sha256').update(bytes).digest('hex');
  if (mediaType === 'application/pdf') {
    const pages = await checkPdf(bytes);
    return { name: cleanName(name, 'document.pdf'), mediaType, bytes, pages, sent };
  }
  const redrawn = await redraw(bytes, mediaType);
  return { name: cleanName(name, 'picture'), mediaType, bytes: redrawn, pages: null, sent };
}

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const taken: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > MOST_FILE_BYTES) throw new FileTooLarge(MOST_FILE_BYTES);
    taken.push(piece);
  }
  return Buffer.concat(taken, length);
}

/** The last part of a path, without what no file system or header takes; its end is kept. */
function cleanName(given: string, otherwise: string): string {
  const last = given.normalize('NFC').split(/[\\/]/).at(-1) ?? '';
  const clean = last
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}<>:"|?*]/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
  return [...clean.replace(/^\.+/, '')].slice(-LONGEST_NAME).join('') || otherwise;
}
