import { isUuid } from './ids.js';

/**
 * The last part of an address that belongs to one thing: its id, and behind it what proves the address, in Base64url.
 * @param proof usually the first 128 bits of an HMAC
 */
export function idToken(id: string, ...proof: readonly Uint8Array[]): string {
  return Buffer.concat([Buffer.from(id.replaceAll('-', ''), 'hex'), ...proof]).toString('base64url');
}

/**
 * The id and the bytes behind it, or null for what `idToken` did not write. Only the one text that it writes is taken: a
 * reader that passes over left-over bits takes an address of which the last letter was altered (RFC 4648 section 3.5).
 * @param lengths how many bytes may stand behind the id
 */
export function readIdToken(token: unknown, ...lengths: readonly number[]): { id: string; proof: Buffer } | null {
  if (typeof token !== 'string' || token.length > 100) return null;
  const bytes = Buffer.from(token, 'base64url');
  const proof = bytes.subarray(16);
  if (!lengths.includes(proof.length) || bytes.toString('base64url') !== token) return null;
  const id = bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return isUuid(id) ? { id, proof } : null;
}
