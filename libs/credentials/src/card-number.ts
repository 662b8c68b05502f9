/**
 * Card numbers: `CC`, eight characters of Crockford's base32, one check symbol.
 *
 * The check symbol stays in the same 32 characters, so it can be read out and typed like the rest (Crockford's own
 * check uses * ~ $ = U as well). The alphabet is read as the field GF(32) = GF(2)[x]/(x^5+x^2+1) with the primitive
 * element a = x, and a number is whole when
 *
 *     c + a·d0 + a²·d1 + … + a⁸·d7 = 0        (addition is XOR; c is the check symbol, weight a⁰)
 *
 * Why that finds the slips people make:
 * - one wrong character changes the sum by weight·(old + new), a product of two values that are not 0;
 * - two characters changed over, next to each other or not, change it by (weight1 + weight2)·(x + y); a has order 31,
 *   so the nine weights a⁰…a⁸ are all different, and again neither factor is 0;
 * - a doubled pair typed wrongly (aa → bb) changes it by (weight1 + weight2)·(a + b): never 0 either.
 */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const PREFIX = 'CC';
const DIGITS = 8;
const REDUCTION = 0b100101; // x^5 + x^2 + 1, primitive over GF(2)
const MAX_TYPED = 64;

/** Every distance between card-number characters that people put in: blanks, hyphens and dashes, dots, underscores. */
const SEPARATORS = /[\s\p{Pd}\u2212._]+/gu;

function timesX(value: number): number {
  const doubled = value << 1;
  return doubled & 32 ? doubled ^ REDUCTION : doubled;
}

/** The check symbol of eight values 0–31, by Horner's rule from the highest weight down. */
function checkValue(values: readonly number[]): number {
  let sum = 0;
  for (let i = values.length - 1; i >= 0; i--) sum = timesX(sum ^ values[i]!);
  return sum;
}

/**
 * A new card number such as `CC7K3F9TQXP`: 40 random bits. Uniqueness is for the database to hold.
 * @param randomBytes a secure source; asked for eight bytes
 */
export function newCardNumber(randomBytes: (length: number) => Uint8Array): string {
  const values = Array.from(randomBytes(DIGITS), (byte) => byte & 31);
  if (values.length !== DIGITS) throw new RangeError('The random source gave another number of bytes than asked.');
  return PREFIX + [...values, checkValue(values)].map((value) => ALPHABET[value]).join('');
}

/**
 * The card number somebody typed or read out, in its one stored form (`CC7K3F9TQXP`), or null when it is not a card
 * number (`malformed` at the till). Forgives blanks, dashes, lower case, full-width letters, O for 0, I and L for 1,
 * and a missing CC. Never throws.
 */
export function parseCardNumber(typed: string): string | null {
  if (typeof typed !== 'string' || typed.length > MAX_TYPED) return null;
  const plain = typed
    .normalize('NFKC')
    .replace(SEPARATORS, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  const short = DIGITS + 1;
  const body = plain.length === short + PREFIX.length && plain.startsWith(PREFIX) ? plain.slice(2) : plain;
  if (body.length !== short) return null;
  const values = Array.from(body, (character) => ALPHABET.indexOf(character));
  if (values.length !== short || values.includes(-1)) return null;
  return checkValue(values.slice(0, DIGITS)) === values[DIGITS] ? PREFIX + body : null;
}

/** A stored card number in the groups it is printed in: `CC 7K3F 9TQX P`. Throws RangeError for anything else. */
export function formatCardNumber(cardNumber: string): string {
  if (parseCardNumber(cardNumber) !== cardNumber) throw new RangeError('Not a card number.');
  return `${PREFIX} ${cardNumber.slice(2, 6)} ${cardNumber.slice(6, 10)} ${cardNumber.slice(10)}`;
}
