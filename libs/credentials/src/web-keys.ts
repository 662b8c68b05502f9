import { fromBase64Url, type Bytes } from './bytes.js';
import type { VerifyingKeys } from './credential.js';
import { byKeyId, readPublicJwk } from './signing-key.js';

/**
 * Public keys for a browser, by WebCrypto. Browsers since 2025 know Ed25519; for an older one inject another
 * `VerifyingKeys`.
 */
export class WebVerifyingKeys implements VerifyingKeys<Promise<boolean>> {
  private constructor(private readonly keys: ReadonlyMap<string, CryptoKey>) {}

  /** Imports a JWK set as `/.well-known/jwks.json` gives it. Throws SigningKeysInvalid for one that is not of ours. */
  static async from(jwks: { keys: readonly unknown[] }): Promise<WebVerifyingKeys> {
    const keys = new Map<string, CryptoKey>();
    for (const [kid, { x }] of byKeyId(jwks.keys.map(readPublicJwk))) {
      const raw = fromBase64Url(x)!;
      keys.set(kid, await crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']));
    }
    return new WebVerifyingKeys(keys);
  }

  has(kid: string): boolean {
    return this.keys.has(kid);
  }

  async verify(kid: string, message: Bytes, signature: Bytes): Promise<boolean> {
    const key = this.keys.get(kid);
    return key !== undefined && crypto.subtle.verify({ name: 'Ed25519' }, key, signature, message);
  }
}
