import { newCardNumber, parseCardNumber } from '@carers/credentials';

/**
 * Codes on letters: eight characters of Crockford's base32 and one check symbol, as card numbers have them, without the
 * CC in front. 40 random bits; uniqueness is for the database to hold.
 * @param randomBytes a secure source
 */
export function newLetterCode(randomBytes: (length: number) => Uint8Array): string {
  return newCardNumber(randomBytes).slice(2);
}

/** The code somebody typed, scanned or read out, as it is stored (`7K3F9TQXP`); null when it is none. Never throws. */
export function letterCodeOf(typed: string): string | null {
  return parseCardNumber(typed)?.slice(2) ?? null;
}

/** As it is printed: `7K3F-9TQX-P`. */
export function shownLetterCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`;
}
