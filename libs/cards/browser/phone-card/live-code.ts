import { CODE_STEP_SECONDS, rotatingCode } from '../../../credentials/src/browser.js';

const STEP = CODE_STEP_SECONDS * 1000;

/** The text of a phone card's QR code, which changes every half minute. */
export class LiveCode {
  private readonly secret: Uint8Array;

  /**
   * @param address the text up to its changing part
   * @param secret 32 bytes as base64url
   */
  constructor(
    private readonly address: string,
    secret: string,
  ) {
    const bytes = atob(secret.replaceAll('-', '+').replaceAll('_', '/'));
    this.secret = Uint8Array.from(bytes, (character) => character.charCodeAt(0));
  }

  async textAt(now: Date): Promise<string> {
    return `${this.address}.${await rotatingCode(this.secret, now)}`;
  }
}

/** The number of the half minute: when it changes, the code does. */
export function stepOf(now: Date): number {
  return Math.floor(now.getTime() / STEP);
}

/** Milliseconds since the half minute began. */
export function intoStep(now: Date): number {
  return now.getTime() % STEP;
}
