import type { Chance } from './chance.js';

/**
 * Letters and digits that are told apart in any handwriting and on the telephone: no vowels, so no words either, and
 * none of 0 and O, 1, I and L, 5 and S, 8 and B, U and V. 24 to the power of 6 are 191 million codes.
 */
const letters = 'CDFGHJKMNPQRTWXYZ2346789';
const length = 6;

/** A new code for something printed: random, so that it says nothing about whose it is. */
export function newPrintedCode(chance: Chance): string {
  return Array.from({ length }, () => letters[chance.below(letters.length)]!).join('');
}

/** A code as it may stand in an address or be typed, in the form in which it is kept; null for what cannot be one. */
export function readPrintedCode(typed: unknown): string | null {
  if (typeof typed !== 'string' || typed.length > 40) return null;
  const code = typed.replace(/[\s-]/g, '').toUpperCase();
  return /^[A-Z0-9]{6}$/.test(code) ? code : null;
}

/** As it is printed and read out: two groups of three. */
export function groupedCode(code: string): string {
  return code.length === length ? `${code.slice(0, 3)} ${code.slice(3)}` : code;
}
