import type { Sharp } from 'sharp';
import { FileRefused } from './evidence.problems.js';
import { Gate } from './gate.js';
import type { TakenType } from './sniff.js';

/** More pixels than any phone's camera takes in one picture that fits into 10 MB. */
export const MOST_PIXELS = 64_000_000;
/** Enough to read a page of A4 by: about 270 dots to the inch. */
const LONGEST_SIDE = 3_200;
const SECONDS = 20;

/** A picture as large as allowed takes some 200 MB while it is turned: one at a time. */
const gate = new Gate(1);

/**
 * Draws a picture anew: turned as its camera says, no side longer than 3200 pixels, the first frame only, and nothing
 * left of what it told about place, time or device. What hung on behind the picture is gone with it.
 *
 * @throws FileRefused picture-too-large before anything is decoded, picture-unreadable
 */
export async function redraw(bytes: Uint8Array, type: TakenType): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  sharp.cache(false);
  return gate.pass(async () => {
    const given = sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error', pages: 1, sequentialRead: true });
    try {
      const { width, height } = await given.metadata();
      if (width * height > MOST_PIXELS) throw tooLarge();
      const turned = given
        .timeout({ seconds: SECONDS })
        .autoOrient()
        .resize({ width: LONGEST_SIDE, height: LONGEST_SIDE, fit: 'inside', withoutEnlargement: true });
      return await encoded(turned, type).toBuffer();
    } catch (error) {
      if (error instanceof FileRefused) throw error;
      throw /pixel limit|too large|exceeds/i.test(String(error)) ? tooLarge() : new FileRefused('picture-unreadable');
    }
  });
}

function encoded(picture: Sharp, type: TakenType): Sharp {
  if (type === 'image/png') return picture.png({ compressionLevel: 7 });
  if (type === 'image/webp') return picture.webp({ quality: 85 });
  return picture.flatten({ background: '#ffffff' }).jpeg({ quality: 85 });
}

function tooLarge(): FileRefused {
  return new FileRefused('picture-too-large', { megapixels: MOST_PIXELS / 1_000_000 });
}
