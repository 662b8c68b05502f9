/** A till's clock that is off by more than this, in milliseconds, is put right; by less, it is as good as any. */
const tolerance = 120_000;

/** The time by the device, and by the server as far as it was heard. Everything in milliseconds since 1970. */
export class TillClock {
  /** What the server's clock is ahead of the device's. */
  private ahead = 0;

  /** @param raw the device's own clock */
  constructor(readonly raw: () => number = Date.now) {}

  /** Whether the device's clock is so wrong that it must be put right. */
  get isWrong(): boolean {
    return Math.abs(this.ahead) > tolerance;
  }

  get aheadMs(): number {
    return this.ahead;
  }

  /** The time to judge by. */
  now(): number {
    return this.raw() + (this.isWrong ? this.ahead : 0);
  }

  set(aheadMs: number): void {
    this.ahead = Number.isFinite(aheadMs) ? aheadMs : 0;
  }

  /**
   * Learns from an answer of the server.
   * @param serverTime its `Date`; anything that is no date teaches nothing
   * @param asked, heard the device's own time before and after
   */
  learn(serverTime: string | null, asked: number, heard: number): void {
    const server = Date.parse(serverTime ?? '');
    // The header counts whole seconds; half a second more is right on average.
    if (Number.isFinite(server)) this.set(server + 500 - (asked + heard) / 2);
  }
}
