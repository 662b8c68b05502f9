/** Where the phone's error is kept from one opening to the next. */
export type ClockStore = Pick<Storage, 'getItem' | 'setItem'>;

const KEY = 'card-clock';

/**
 * The server's time on a phone whose own clock may be wrong, also without a connection. It is the phone's clock and
 * what that was last found to be off by: a counter of the browser (`performance.now`) would be the steadier measure, but
 * it may stop while a phone sleeps.
 */
export class ServerClock {
  private offset: number;

  /**
   * @param store null where the browser keeps nothing
   * @param servedAt the server's time when the page was made, ISO 8601: believed when nothing better is known
   * @param phone the phone's own clock, in milliseconds since 1970
   */
  constructor(
    private readonly store: ClockStore | null,
    servedAt: string,
    private readonly phone: () => number = Date.now,
  ) {
    const stored = store?.getItem(KEY) ?? null;
    this.offset = Number(stored);
    // A page kept from an earlier day tells an old time: so what its first opening shows is written down.
    if (stored === null || !Number.isSafeInteger(this.offset)) this.learn(Date.parse(servedAt) - phone());
  }

  now(): Date {
    return new Date(this.phone() + this.offset);
  }

  /** The phone's own time, to be given back to `heard`. */
  asked(): number {
    return this.phone();
  }

  /**
   * What the server said about its time.
   * @param now ISO 8601
   * @param asked the phone's time when it was asked; the answer was made half way between then and now
   */
  heard(now: string, asked: number): void {
    this.learn(Date.parse(now) - (asked + this.phone()) / 2);
  }

  private learn(offset: number): void {
    if (!Number.isFinite(offset)) return;
    this.offset = Math.round(offset);
    try {
      this.store?.setItem(KEY, String(this.offset));
    } catch {
      // A full or closed store: it is right until the page is closed.
    }
  }
}

/** The browser's store, or null where a setting forbids it. */
export function browserStore(): ClockStore | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
