import type { Bytes } from './bytes.js';
import { CanonicalReader } from './canonical-reader.js';

/**
 * The protected header up to the key id: a map of two entries (a2), `alg` (1, RFC 9052 section 3.1) = EdDSA (-8, CBOR
 * 27, RFC 9053 section 2.2: the one algorithm allowed), and the name of the second entry, `kid` (4).
 */
const HEADER_START = Uint8Array.of(0xa2, 0x01, 0x27, 0x04);
/** First byte of a CBOR byte string of up to 23 bytes, to be joined with its length. */
const BYTE_STRING = 0x40;

/** An array of four, and an empty map and an empty byte string. */
const FOUR = [0x84];
const NO_ENTRIES = [0xa0];
const NO_BYTES = [0x40];
/** An array of four whose first is the text "Signature1". */
const SIG_STRUCTURE = [0x84, 0x6a, ...Array.from('Signature1', (letter) => letter.charCodeAt(0))];

const SIGNATURE_BYTES = 64;
const KEY_ID = /^[A-Za-z0-9_-]{1,8}$/;
const LONGEST_KEY_ID = 8;

/** The order of Ed25519's base point, L, most significant byte first: 2^252 + 27742317777372353535851937790883648493. */
const GROUP_ORDER = [
  0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0xde, 0xf9, 0xde, 0xa2, 0xf7, 0x9c, 0xd6, 0x58, 0x12, 0x63,
  0x1a, 0x5c, 0xf5, 0xd3, 0xed,
];

/** The parts of a COSE_Sign1 message (RFC 9052 section 4.2) in the narrow form this lib writes and accepts. */
export interface Sign1 {
  /** Key id of the signer: one to eight ASCII characters, the same text as the `kid` of its JSON Web Key. */
  kid: string;
  /** The protected header as it was signed. */
  protectedHeader: Bytes;
  payload: Bytes;
  /** Ed25519: 64 bytes, R then S. */
  signature: Bytes;
}

/** Whether a text can be a key id in a credential. Short, because every byte makes the QR code harder to scan. */
export function isKeyId(kid: unknown): kid is string {
  return typeof kid === 'string' && KEY_ID.test(kid);
}

/**
 * The protected header `{1: -8, 4: kid}`, laid down byte by byte: it never varies but in the key id. Throws RangeError when the key id is not one.
 */
export function protectedHeaderFor(kid: string): Bytes {
  if (!isKeyId(kid)) throw new RangeError('A key id is 1 to 8 letters, digits, hyphens or underscores.');
  const header = new Uint8Array(HEADER_START.length + 1 + kid.length);
  header.set(HEADER_START);
  header[HEADER_START.length] = BYTE_STRING | kid.length;
  for (let i = 0; i < kid.length; i++) header[HEADER_START.length + 1 + i] = kid.charCodeAt(i);
  return header;
}

/**
 * What is signed: the Sig_structure of RFC 9052 section 4.4 with no external data. It and the message are laid down byte
 * by byte, since both are three or four byte strings in a fixed frame and are made again at every check: the library
 * takes a tenth of the time of a signature for them. Tests hold them against it.
 */
export function bytesToSign(protectedHeader: Bytes, payload: Bytes): Bytes {
  return joined(SIG_STRUCTURE, headOf(protectedHeader), protectedHeader, NO_BYTES, headOf(payload), payload);
}

/** The finished message: untagged, four elements, empty unprotected header. */
export function encodeSign1({ protectedHeader, payload, signature }: Omit<Sign1, 'kid'>): Bytes {
  const head = headOf(protectedHeader);
  return joined(FOUR, head, protectedHeader, NO_ENTRIES, headOf(payload), payload, headOf(signature), signature);
}

/** What stands before the bytes of a byte string (RFC 8949 section 3.1): its length in the shortest form. */
function headOf({ length }: Bytes): readonly number[] {
  if (length < 24) return [BYTE_STRING | length];
  if (length < 0x100) return [BYTE_STRING | 24, length];
  if (length < 0x1_0000) return [BYTE_STRING | 25, length >> 8, length & 0xff];
  throw new RangeError('A part of a credential is longer than 65,535 bytes.');
}

function joined(...parts: (Bytes | readonly number[])[]): Bytes {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * The parts of a message, or null. A COSE signature covers only the protected header and the payload, so everything
 * else that could vary is pinned here: no tag, exactly four elements, an empty unprotected header, a protected header
 * of exactly `alg` and `kid`, definite lengths, and each length in its one shortest form.
 */
export function decodeSign1(bytes: Bytes): Sign1 | null {
  const reader = new CanonicalReader(bytes);
  if (!reader.passes(...FOUR)) return null;
  const protectedHeader = reader.byteString();
  if (!protectedHeader || !reader.passes(...NO_ENTRIES)) return null;
  const payload = reader.byteString();
  const signature = reader.byteString();
  if (!payload || signature?.length !== SIGNATURE_BYTES || !reader.isAtEnd) return null;
  const kid = keyIdOf(protectedHeader);
  return kid === null ? null : { kid, protectedHeader, payload, signature };
}

/**
 * Whether S is below the group order. RFC 8032 section 5.1.7 demands it; a verifier that forgets lets anybody turn a
 * signature into a second one by adding L. Checked here so as not to lean on each platform's library.
 */
export function hasCanonicalS(signature: Bytes): boolean {
  for (let i = 0; i < 32; i++) {
    const difference = signature[63 - i]! - GROUP_ORDER[i]!;
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function keyIdOf(protectedHeader: Bytes): string | null {
  const reader = new CanonicalReader(protectedHeader);
  if (!reader.passes(...HEADER_START)) return null;
  const bytes = reader.byteString();
  if (!bytes || bytes.length > LONGEST_KEY_ID || !reader.isAtEnd) return null;
  let kid = '';
  for (let i = 0; i < bytes.length; i++) kid += String.fromCharCode(bytes[i]!);
  return isKeyId(kid) ? kid : null;
}
