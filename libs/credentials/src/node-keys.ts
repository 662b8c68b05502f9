import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomInt,
  sign,
  verify,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import type { Bytes } from './bytes.js';
import type { CredentialSigner, VerifyingKeys } from './credential.js';
import {
  byKeyId,
  isKeyText,
  publicPartOf,
  readPublicJwk,
  SigningKeysInvalid,
  type PrivateJwk,
  type PublicJwk,
  type SigningKey,
  type SigningKeyPair,
} from './signing-key.js';

/** Capitals and digits that nobody confuses. */
const KEY_ID_ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const KEY_ID_LENGTH = 3;

/** Public keys for Node: each key object is made once, a check is one synchronous call. For the server's hot path. */
export class NodeVerifyingKeys implements VerifyingKeys<boolean> {
  private readonly keys: ReadonlyMap<string, KeyObject>;

  /** Throws SigningKeysInvalid when two keys share an id. */
  constructor(keys: readonly { publicJwk: PublicJwk }[]) {
    const jwks = [...byKeyId(keys.map((key) => key.publicJwk)).values()];
    this.keys = new Map(jwks.map((jwk) => [jwk.kid, publicKeyOf(jwk)]));
  }

  has(kid: string): boolean {
    return this.keys.has(kid);
  }

  verify(kid: string, message: Bytes, signature: Bytes): boolean {
    const key = this.keys.get(kid);
    return key !== undefined && verify(null, message, key, signature);
  }
}

/** Signs credentials with one key; the key object is made once. */
export function nodeSigner(key: SigningKeyPair): CredentialSigner {
  const privateKey = createPrivateKey({ key: key.privateJwk as unknown as JsonWebKey, format: 'jwk' });
  return { kid: key.kid, sign: (message) => sign(null, message, privateKey) };
}

/**
 * A new active Ed25519 key with a random id of three characters.
 * @param ring the keys there are, so that the id is not taken
 */
export function generateSigningKey(ring: readonly SigningKey[] = []): SigningKeyPair {
  const taken = new Set(ring.map((key) => key.kid));
  let kid = randomKeyId();
  while (taken.has(kid)) kid = randomKeyId();
  const { privateKey } = generateKeyPairSync('ed25519');
  const { x, d } = privateKey.export({ format: 'jwk' }) as { x: string; d: string };
  const publicJwk = publicPartOf({ x, kid } as PublicJwk);
  return { kid, publicJwk, privateJwk: { ...publicJwk, d }, status: 'active' };
}

/**
 * The keys in the setting `CARD_SIGNING_KEYS`: a JSON array of JSON Web Keys, each
 * `{ "kty": "OKP", "crv": "Ed25519", "x", "d"?, "kid", "use": "sig", "alg": "EdDSA", "status"?, "nbf"? }`.
 * `status` is `active` or `verifying` (when left out: active with `d`, else verifying); `nbf` is seconds since 1970.
 * The first active key signs. Throws SigningKeysInvalid, with a sentence that names the key and holds no secret, when
 * the array is not that, two keys share an id, a private part does not belong to its public one, or none is active.
 */
export function parseSigningKeys(json: string): SigningKey[] {
  const ring = jsonArray(json).map(readSigningKey);
  byKeyId(ring);
  if (!ring.some((key) => key.status === 'active')) {
    throw new SigningKeysInvalid('None of the card signing keys is active, so no card could be signed.');
  }
  return ring;
}

/** The text for `CARD_SIGNING_KEYS` from which `parseSigningKeys` reads the same keys. Secret. */
export function formatSigningKeys(ring: readonly SigningKey[]): string {
  return JSON.stringify(
    ring.map(({ publicJwk, privateJwk, status, notBefore }) => ({
      ...publicPartOf(publicJwk),
      ...(privateJwk && { d: privateJwk.d }),
      status,
      ...(notBefore && { nbf: Math.floor(notBefore.getTime() / 1000) }),
    })),
  );
}

function jsonArray(json: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // The parser's own message would quote the text, which holds secrets.
    throw new SigningKeysInvalid('The card signing keys are not JSON.');
  }
  if (!Array.isArray(value)) throw new SigningKeysInvalid('The card signing keys are not a JSON array.');
  return value;
}

function readSigningKey(value: unknown): SigningKey {
  const publicJwk = readPublicJwk(value);
  const { kid } = publicJwk;
  const { d, nbf, status = d === undefined ? 'verifying' : 'active' } = value as Record<string, unknown>;
  if (status !== 'active' && status !== 'verifying') {
    throw new SigningKeysInvalid(`Card key ${kid} has a status that is neither active nor verifying.`);
  }
  if (d === undefined && status === 'active') {
    throw new SigningKeysInvalid(`Card key ${kid} is active but has no private part "d".`);
  }
  if (nbf !== undefined && !(Number.isSafeInteger(nbf) && (nbf as number) >= 0 && (nbf as number) < 2 ** 32)) {
    throw new SigningKeysInvalid(`Card key ${kid} has an "nbf" that is not seconds since 1970.`);
  }
  return {
    kid,
    publicJwk,
    ...(d !== undefined && { privateJwk: privatePart(publicJwk, d) }),
    ...(nbf !== undefined && { notBefore: new Date((nbf as number) * 1000) }),
    status,
  };
}

/** A pair that does not belong together would sign cards that no till accepts: found at the start, not at the till. */
function privatePart(publicJwk: PublicJwk, d: unknown): PrivateJwk {
  const { kid, x } = publicJwk;
  if (!isKeyText(d)) throw new SigningKeysInvalid(`Card key ${kid} has a "d" that is not 32 bytes in base64url.`);
  const privateJwk = { ...publicJwk, d };
  // Node makes the pair from `d` alone, so this is the public key that really belongs to it.
  const derived = createPublicKey(createPrivateKey({ key: privateJwk as unknown as JsonWebKey, format: 'jwk' }));
  if ((derived.export({ format: 'jwk' }) as { x: string }).x !== x) {
    throw new SigningKeysInvalid(`Card key ${kid}: its private and public part do not belong together.`);
  }
  return privateJwk;
}

function publicKeyOf(jwk: PublicJwk): KeyObject {
  return createPublicKey({ key: publicPartOf(jwk) as unknown as JsonWebKey, format: 'jwk' });
}

function randomKeyId(): string {
  return Array.from({ length: KEY_ID_LENGTH }, () => KEY_ID_ALPHABET[randomInt(KEY_ID_ALPHABET.length)]).join('');
}
