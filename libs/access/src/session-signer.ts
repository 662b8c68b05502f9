import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/**
 * Signs session ids in the form of `@fastify/cookie` (`<id>.<HMAC-SHA-256 in base64 without padding>`). The plugin signs
 * one on every request, also where nobody is signed in, and its own signer takes the secret in anew each time: that took
 * longer than all else about a session. Here it is taken in once.
 */
export class SessionSigner {
  private readonly key: KeyObject;

  constructor(secret: string) {
    this.key = createSecretKey(secret, 'utf8');
  }

  sign(value: string): string {
    return `${value}.${this.macOf(value)}`;
  }

  unsign(signed: string): { valid: boolean; renew: boolean; value: string | null } {
    const dot = signed.lastIndexOf('.');
    const value = signed.slice(0, Math.max(0, dot));
    const [told, right] = [Buffer.from(signed.slice(dot + 1)), Buffer.from(this.macOf(value))];
    const valid = dot > 0 && told.length === right.length && timingSafeEqual(told, right);
    return { valid, renew: false, value: valid ? value : null };
  }

  private macOf(value: string): string {
    return createHmac('sha256', this.key).update(value).digest('base64').replaceAll('=', '');
  }
}
