/** Bytes that WebCrypto and Node both take: a view on an ordinary (not shared) buffer. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** Bytes turned into characters in one call. */
const PIECE = 8192;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hexadecimal, two characters a byte. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/** The bytes of a hexadecimal text. Throws RangeError when it is not whole, lower-case hexadecimal. */
export function fromHex(text: string): Bytes {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) throw new RangeError('Not lower-case hexadecimal.');
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Whether two byte strings are the same. Not constant-time: only for public values. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Unpadded base64url (RFC 4648 section 5) of bytes, as JSON Web Keys write them. */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  // In pieces: a call has room for some ten thousands of arguments only.
  for (let at = 0; at < bytes.length; at += PIECE) binary += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The bytes of an unpadded base64url text, or null when the text is not the one canonical way to write them. */
export function fromBase64Url(text: string): Bytes | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
  // Only the last group can have left-over bits.
  const last = bytes.length - (bytes.length % 3);
  return toBase64Url(bytes.subarray(last)) === text.slice((last / 3) * 4) ? bytes : null;
}
