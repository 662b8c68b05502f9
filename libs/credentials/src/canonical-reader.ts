import type { Bytes } from './bytes.js';

/** First bytes of CBOR items with a length behind them (RFC 8949 section 3): their kind, in the upper three bits. */
const NUMBER = 0x00;
const BYTE_STRING = 0x40;
const TEXT = 0x60;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads CBOR from front to back, taking each value only in its one shortest form. A credential's items are few and
 * always the same, so what was read through to the end is what a deterministic encoder writes: nothing need be encoded
 * again to compare, which took longer than the reading. Each method returns null for anything else; stop there.
 */
export class CanonicalReader {
  private at = 0;

  constructor(private readonly bytes: Bytes) {}

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  /** Passes exactly these bytes; false where others stand. */
  passes(...expected: readonly number[]): boolean {
    for (const byte of expected) if (this.bytes[this.at++] !== byte) return false;
    return true;
  }

  /** One byte, whatever it is; null at the end. */
  byte(): number | null {
    return this.bytes[this.at++] ?? null;
  }

  /** A whole number of up to 32 bits that is not negative. */
  number(): number | null {
    return this.head(NUMBER);
  }

  /** A byte string. The bytes are those of the message, not a copy. */
  byteString(): Bytes | null {
    const length = this.head(BYTE_STRING);
    return length === null ? null : this.take(length);
  }

  /** A text of well-formed UTF-8. */
  text(): string | null {
    const length = this.head(TEXT);
    const bytes = length === null ? null : this.take(length);
    try {
      return bytes && utf8.decode(bytes);
    } catch {
      return null;
    }
  }

  private take(length: number): Bytes | null {
    const begin = this.at;
    this.at += length;
    return this.at > this.bytes.length ? null : this.bytes.subarray(begin, this.at);
  }

  /** The number in an item's head. In its shortest form it stands in the first byte if it is below 24, else behind it. */
  private head(kind: number): number | null {
    const first = this.byte();
    if (first === null || (first & 0xe0) !== kind) return null;
    const size = first & 0x1f;
    if (size < 24) return size;
    if (size > 26) return null;
    let value = 0;
    for (let left = 2 ** (size - 24); left > 0; left--) value = value * 256 + (this.bytes[this.at++] ?? NaN);
    // Past the end it is not a number, and so not at least anything.
    return value >= LEAST[size - 24]! ? value : null;
  }
}

/** The least number that one, two and four bytes are needed for. */
const LEAST = [24, 0x100, 0x1_0000];
