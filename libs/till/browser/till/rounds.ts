import type { SyncResult } from './offline/sync.js';

/** How often a till that lost touch tries again, and how often anybody looks whether it is time, in milliseconds. */
const tryAgain = 60_000;
const look = 20_000;

/** Syncs at the start, every so often, when the connection comes back, and when somebody asks. */
export class Rounds {
  private triedAt = -Infinity;
  private result: SyncResult = 'done';

  /**
   * @param sync does it
   * @param every milliseconds between two syncs while all is well
   * @param done told how each one went
   */
  constructor(
    private readonly sync: () => Promise<SyncResult>,
    private readonly every: () => number,
    private readonly done: (result: SyncResult) => Promise<void>,
  ) {}

  start(): void {
    window.addEventListener('online', () => void this.now());
    // A phone that sleeps stops its timers: so they only look at the clock.
    setInterval(() => void this.look(), look);
    document.addEventListener('visibilitychange', () => void (document.hidden || this.look()));
    void this.now();
  }

  async now(): Promise<SyncResult> {
    this.triedAt = performance.now();
    this.result = await this.sync();
    await this.done(this.result);
    return this.result;
  }

  /** The next look is a try: the server did not answer just now. */
  lostTouch(): void {
    this.result = 'away';
  }

  private async look(): Promise<void> {
    const wait = this.result === 'away' ? tryAgain : this.every();
    if (performance.now() - this.triedAt >= wait) await this.now();
  }
}
