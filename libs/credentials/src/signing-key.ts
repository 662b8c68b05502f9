import { fromBase64Url } from './bytes.js';
import { isKeyId } from './cose-sign1.js';

/** A public Ed25519 key as a JSON Web Key (RFC 8037 section 2, RFC 7517 section 4). */
export interface PublicJwk {
  kty: 'OKP';
  crv: 'Ed25519';
  /** The 32 bytes of the public key, base64url. */
  x: string;
  kid: string;
  use: 'sig';
  alg: 'EdDSA';
}

/** The same with its private part. Secret. */
export interface PrivateJwk extends PublicJwk {
  /** The 32 bytes of the seed, base64url. */
  d: string;
}

/**
 * One key of the scheme. `active` keys may sign, the first of them does; `verifying` keys only check old cards; a `next`
 * key is published ahead of the day on which it becomes active, so that all who check cards know it by then.
 */
export interface SigningKey {
  kid: string;
  publicJwk: PublicJwk;
  /** Absent where a key only verifies. */
  privateJwk?: PrivateJwk;
  /** A key published ahead of its use does not sign before this instant. */
  notBefore?: Date;
  status: 'next' | 'active' | 'verifying';
}

/** A key that can sign. */
export type SigningKeyPair = SigningKey & { privateJwk: PrivateJwk };

/** A set of public keys (RFC 7517 section 5), as `/.well-known/jwks.json` gives it. */
export interface Jwks {
  keys: PublicJwk[];
}

/** What is wrong with a set of keys, in a sentence for the operator. Never holds key material. */
export class SigningKeysInvalid extends Error {
  override name = 'SigningKeysInvalid';
}

/** The key that signs at `now`: the first active one whose time has come. Throws SigningKeysInvalid without one. */
export function signingKeyOf(ring: readonly SigningKey[], now: Date): SigningKeyPair {
  const key = ring.find((key): key is SigningKeyPair => canSign(key) && !(key.notBefore && now < key.notBefore));
  if (!key) throw new SigningKeysInvalid('None of the card signing keys can sign now.');
  return key;
}

/**
 * The ring after a rotation: the new key signs, those that signed before only verify, so cards already out keep
 * working. Changes nothing that it is given. Throws SigningKeysInvalid when the new key cannot sign or its id is taken.
 */
export function rotate(ring: readonly SigningKey[], newKey: SigningKey): SigningKey[] {
  if (!newKey.privateJwk) throw new SigningKeysInvalid('The new key has no private part, so it cannot sign.');
  if (ring.some((key) => key.kid === newKey.kid)) throw new SigningKeysInvalid('The new key id is already in use.');
  return [{ ...newKey, status: 'active' }, ...ring.map((key) => ({ ...key, status: 'verifying' as const }))];
}

/** The public halves of all keys, the signing ones first as they lie; several are valid at once. */
export function toJwks(ring: readonly SigningKey[]): Jwks {
  return { keys: ring.map((key) => publicPartOf(key.publicJwk)) };
}

/** Only the public members, by name: whatever else an object carries stays behind. */
export function publicPartOf(jwk: PublicJwk): PublicJwk {
  return { kty: 'OKP', crv: 'Ed25519', x: jwk.x, kid: jwk.kid, use: 'sig', alg: 'EdDSA' };
}

/** The public key in a JWK from outside. Throws SigningKeysInvalid for any but an Ed25519 signature key. */
export function readPublicJwk(value: unknown): PublicJwk {
  const jwk = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (!isKeyId(jwk['kid'])) {
    throw new SigningKeysInvalid('A card key needs a "kid" of 1 to 8 letters, digits, hyphens or underscores.');
  }
  const kid = jwk['kid'];
  if (jwk['kty'] !== 'OKP' || jwk['crv'] !== 'Ed25519' || jwk['use'] !== 'sig' || jwk['alg'] !== 'EdDSA') {
    throw new SigningKeysInvalid(`Card key ${kid} must have kty OKP, crv Ed25519, use sig and alg EdDSA.`);
  }
  if (!isKeyText(jwk['x'])) throw new SigningKeysInvalid(`Card key ${kid} has no "x" of 32 bytes in base64url.`);
  return publicPartOf({ x: jwk['x'], kid } as PublicJwk);
}

/** Whether a value is 32 bytes in canonical base64url. */
export function isKeyText(value: unknown): value is string {
  return typeof value === 'string' && value.length === 43 && fromBase64Url(value) !== null;
}

/** The wanted keys by id. Throws SigningKeysInvalid when two share one. */
export function byKeyId<Key extends { kid: string }>(keys: readonly Key[]): Map<string, Key> {
  const found = new Map<string, Key>();
  for (const key of keys) {
    if (found.has(key.kid)) throw new SigningKeysInvalid(`There are two card keys with the kid ${key.kid}.`);
    found.set(key.kid, key);
  }
  return found;
}

function canSign(key: SigningKey): boolean {
  return key.status === 'active' && key.privateJwk !== undefined;
}
