import { toNormalised } from 'postcode';
import { z } from 'zod';
import { PostcodeNotValid } from './places.problems.js';

/** Longest text looked at: a postcode has 8 characters; the rest is room for stray spaces and marks. */
const longestTyped = 40;

/** White space of every kind, invisible marks that come with pasted text, and marks people put between the halves. */
const stray = /[\s\u00ad\u200b-\u200f\u2010-\u2015\u2060\ufeff.,;:'"_()/-]+/gu;

/**
 * The form of a real outward code: one or two letters, a district of one or two digits (never "05"), or one digit
 * and a letter, as in EC1A. The inward letters never are C, I, K, M, O or V. (Royal Mail, PAF Programmers' Guide.)
 */
const realForm = /^[A-Z]{1,2}(?:\d|[1-9]\d|\d[A-HJKMNP-Y]) \d[ABD-HJLNP-UW-Z]{2}$/;

/** What else a character may have been meant as: the shapes that people and scanners mix up. */
const alsoRead: Readonly<Record<string, string>> = { O: '0', 0: 'O', I: '1', 1: 'IL', L: '1' };

/**
 * All normalised postcodes ("BH1 1AA") that the typed text can mean. One that is well formed as typed stands alone;
 * else letters and digits of like shape (O and 0, I, L and 1) are tried in each other's place.
 */
export function postcodeReadings(typed: string): string[] {
  if (typed.length > longestTyped) return [];
  const typedClean = typed.normalize('NFKC').replace(stray, '').toUpperCase();
  if (!/^[A-Z0-9]{5,7}$/.test(typedClean)) return [];
  const asTyped = wellFormed(typedClean);
  if (asTyped) return [asTyped];
  let variants = [''];
  for (const character of typedClean) {
    const choices = character + (alsoRead[character] ?? '');
    variants = variants.flatMap((variant) => [...choices].map((choice) => variant + choice));
  }
  return [...new Set(variants.map(wellFormed).filter((reading) => reading !== null))];
}

/**
 * The postcode meant by what somebody typed, however spaced or cased, as "BH1 1AA".
 * @throws PostcodeNotValid when it cannot be one, or could be several.
 */
export function parsePostcode(typed: string): string {
  const [reading, another] = postcodeReadings(typed);
  if (reading === undefined || another !== undefined) throw new PostcodeNotValid();
  return reading;
}

/** "BH1 1AA" → "BH1 1". */
export function sectorOf(postcode: string): string {
  return postcode.slice(0, -2);
}

/** "BH1 1AA" → "BH1". */
export function outcodeOf(postcode: string): string {
  return postcode.slice(0, postcode.indexOf(' '));
}

/** A form field that holds a postcode; its value is the normalised form. `missing` is a catalogue key. */
export function postcodeField(missing: string) {
  return z
    .string({ error: missing })
    .trim()
    .min(1, { error: missing })
    .transform((typed, context) => {
      const [reading, another] = postcodeReadings(typed);
      if (reading !== undefined && another === undefined) return reading;
      context.addIssue({ code: 'custom', message: 'places:errors.postcode-not-valid' });
      return z.NEVER;
    });
}

function wellFormed(packed: string): string | null {
  const normalised = toNormalised(packed);
  return normalised && realForm.test(normalised) ? normalised : null;
}
