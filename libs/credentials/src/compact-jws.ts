import { fromBase64Url, toBase64Url, type Bytes } from './bytes.js';
import { hasCanonicalS, isKeyId } from './cose-sign1.js';
import type { CredentialSigner, VerifyingKeys } from './credential.js';

/** Six million characters hold a list of sixty million places that does not compress well. */
const MAX_JWS = 6_000_000;
const utf8 = new TextEncoder();

/**
 * A JWS in compact form (RFC 7515 section 3.1), signed with EdDSA (RFC 8037).
 * @param typ the media type without `application/`, so that one sort of document is never taken for another (RFC 8725
 *   section 3.11)
 */
export async function signJws(typ: string, payload: object, signer: CredentialSigner): Promise<string> {
  const parts = [{ alg: 'EdDSA', kid: signer.kid, typ }, payload].map((part) => toBase64Url(jsonBytes(part)));
  const signed = parts.join('.');
  return `${signed}.${toBase64Url(await signer.sign(utf8.encode(signed)))}`;
}

/**
 * The payload of a compact JWS of a sort, or null when it is anything else than one that a known key signed. Nothing but
 * the header is looked at before the signature is checked. Never throws for any text.
 */
export async function verifyJws(text: string, typ: string, keys: VerifyingKeys): Promise<unknown> {
  if (typeof text !== 'string' || text.length > MAX_JWS) return null;
  const [header, payload, signature, ...more] = text.split('.', 4);
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) return null;
  const kid = keyIdIn(header, typ);
  const signatureBytes = fromBase64Url(signature);
  if (kid === null || !keys.has(kid) || signatureBytes?.length !== 64 || !hasCanonicalS(signatureBytes)) return null;
  const signed = utf8.encode(text.slice(0, header.length + 1 + payload.length));
  const genuine = await keys.verify(kid, signed, signatureBytes);
  return genuine === true ? jsonIn(payload) : null;
}

/** Any further header could change the meaning (`crit`, `b64`, `zip`), so there is none. */
function keyIdIn(header: string, typ: string): string | null {
  const value = header.length <= 200 ? jsonIn(header) : null;
  if (typeof value !== 'object' || value === null) return null;
  const { alg, kid, typ: sort, ...more } = value as Record<string, unknown>;
  return alg === 'EdDSA' && sort === typ && isKeyId(kid) && Object.keys(more).length === 0 ? kid : null;
}

function jsonIn(part: string): unknown {
  const bytes = fromBase64Url(part);
  if (!bytes) return null;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return null;
  }
}

function jsonBytes(value: object): Bytes {
  return utf8.encode(JSON.stringify(value));
}
