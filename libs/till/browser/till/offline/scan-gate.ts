import { readCredentialText } from '../../../../credentials/src/browser.js';

/** A card that was out of the picture for this long, in milliseconds, is being shown again. */
const gone = 4_000;

/** Lets each card that a running camera sees through once, for as long as it stays in front of it. */
export class ScanGate {
  private card: string | null = null;
  private seenAt = -Infinity;

  /**
   * Whether a text that the camera has just read is the next card. The same phone card with its next code is the same.
   * @param now milliseconds, of any clock that goes on
   * @param shown whether the answer for the last card is on the screen: then only another one is news
   */
  lets(text: string, now: number, shown = false): boolean {
    const card = readCredentialText(text) ?? text;
    const isSame = card === this.card && (shown || now - this.seenAt < gone);
    this.card = card;
    this.seenAt = now;
    return !isSame;
  }

  /** A text that nobody can attend to now. It is no news afterwards if it was none before. */
  passes(text: string, now: number): void {
    if ((readCredentialText(text) ?? text) === this.card && now - this.seenAt < gone) this.seenAt = now;
  }

  /** Somebody asked for a scan: whatever is there counts. */
  reset(): void {
    this.card = null;
  }
}
