import type { Bytes } from './bytes.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const NOT_A_DIGIT = 255;
const VALUES = new Uint8Array(128).fill(NOT_A_DIGIT);
for (let value = 0; value < 32; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

/** Upper-case Base32 without padding (RFC 4648 section 6): every character fits a QR code's alphanumeric mode. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let heldBits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    heldBits += 8;
    while (heldBits >= 5) {
      heldBits -= 5;
      text += ALPHABET[held >>> heldBits];
      held &= (1 << heldBits) - 1;
    }
  }
  if (heldBits > 0) text += ALPHABET[held << (5 - heldBits)];
  return text;
}

/**
 * The bytes of a Base32 text, or null. Canonical only: upper case, no padding, a length that encoding can give, and
 * left-over bits that are zero. Otherwise several texts would stand for the same bytes (RFC 4648 section 3.5).
 */
export function decodeBase32(text: string): Bytes | null {
  const leftOver = (text.length * 5) % 8;
  if (leftOver >= 5) return null;
  const bytes = new Uint8Array((text.length * 5 - leftOver) / 8);
  const whole = text.length - (text.length % 8);
  let at = 0;
  // What is no digit has a bit that no digit has: looked at once, for all of them.
  let seen = 0;
  const digit = (place: number) => {
    const code = text.charCodeAt(place);
    const value = code < 128 ? VALUES[code]! : NOT_A_DIGIT;
    seen |= value;
    return value;
  };
  // Eight digits are five bytes: a check at the till reads 200 digits, and one at a time took a tenth of the signature.
  for (let i = 0; i < whole; i += 8) {
    const first = (digit(i) << 15) | (digit(i + 1) << 10) | (digit(i + 2) << 5) | digit(i + 3);
    const second = (digit(i + 4) << 15) | (digit(i + 5) << 10) | (digit(i + 6) << 5) | digit(i + 7);
    bytes[at++] = first >>> 12;
    bytes[at++] = first >>> 4;
    bytes[at++] = (first << 4) | (second >>> 16);
    bytes[at++] = second >>> 8;
    bytes[at++] = second;
  }
  let held = 0;
  let heldBits = 0;
  for (let i = whole; i < text.length; i++) {
    held = (held << 5) | digit(i);
    heldBits += 5;
    if (heldBits >= 8) {
      heldBits -= 8;
      bytes[at++] = held >>> heldBits;
      held &= (1 << heldBits) - 1;
    }
  }
  return held === 0 && seen < 32 ? bytes : null;
}
