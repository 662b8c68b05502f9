import type { PictureFile } from '@carers/composer';
import { InvalidInput } from '@carers/kernel';

/** Twice the 560 pixels of a message's column, for sharp screens. */
const mailWidth = 1_120;
/** 240 dots to the inch over the 170 mm of a letter's line. */
const printWidth = 1_600;
/** More than any phone's camera takes in one picture of the size that is taken. */
const mostPixels = 64_000_000;

/** Bytes of a picture that is uploaded. */
export const mostPictureBytes = 10_000_000;

/**
 * Draws a picture anew for screens and for paper: turned as its camera says, the first frame only, nothing left of what
 * it told about place, time or device.
 * @throws InvalidInput for what is no picture
 */
export async function madeReady(bytes: Buffer): Promise<{ mail: PictureFile; print: PictureFile }> {
  const [{ default: sharp }, { fileTypeFromBuffer }] = await Promise.all([import('sharp'), import('file-type')]);
  const type = (await fileTypeFromBuffer(bytes).catch(() => undefined))?.mime ?? '';
  // Known by its bytes: a drawing (SVG) or a document is none of these.
  if (!['image/jpeg', 'image/png', 'image/apng', 'image/webp'].includes(type)) throw refused('picture-type');
  sharp.concurrency(1);
  sharp.cache(false);
  const sized = async (width: number, quality: number): Promise<PictureFile> => {
    const { data, info } = await sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error', pages: 1 })
      .timeout({ seconds: 20 })
      .autoOrient()
      .resize({ width, height: width * 2, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .jpeg({ quality, mozjpeg: true })
      .toBuffer({ resolveWithObject: true });
    return { bytes: data, width: info.width, height: info.height };
  };
  try {
    return { mail: await sized(mailWidth, 74), print: await sized(printWidth, 82) };
  } catch {
    throw refused('picture-unreadable');
  }
}

function refused(name: string): InvalidInput {
  return new InvalidInput([{ field: 'file', message: `bulletins:errors.${name}` }]);
}
