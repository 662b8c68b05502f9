import { verifyAsync } from '@noble/ed25519';
import { readPublicJwk, type VerifyingKeys, WebVerifyingKeys } from '../../../../credentials/src/browser.js';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * The scheme's public keys, ready for checking. Browsers from before 2025 have no Ed25519 of their own and get ours.
 * @param jwks as `/.well-known/jwks.json` gives it
 * @throws SigningKeysInvalid for a set that is not of our kind
 */
export async function verifyingKeysOf(jwks: { keys: readonly unknown[] }): Promise<VerifyingKeys<Promise<boolean>>> {
  try {
    return await WebVerifyingKeys.from(jwks);
  } catch (error) {
    if (error instanceof Error && error.name === 'SigningKeysInvalid') throw error;
    return new OwnVerifyingKeys(jwks);
  }
}

/** Ed25519 (RFC 8032) without the browser's help. */
export class OwnVerifyingKeys implements VerifyingKeys<Promise<boolean>> {
  private readonly keys: ReadonlyMap<string, Bytes>;

  /** @throws SigningKeysInvalid */
  constructor(jwks: { keys: readonly unknown[] }) {
    this.keys = new Map(jwks.keys.map(readPublicJwk).map(({ kid, x }) => [kid, bytesOf(x)]));
  }

  has(kid: string): boolean {
    return this.keys.has(kid);
  }

  async verify(kid: string, message: Bytes, signature: Bytes): Promise<boolean> {
    const key = this.keys.get(kid);
    // The strict reading of the RFC, as Node and browsers have it; the library's own is laxer.
    return key !== undefined && verifyAsync(signature, message, key, { zip215: false }).catch(() => false);
  }
}

/** The bytes of a base64url text. */
export function bytesOf(text: string): Bytes {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
}
