import { dateInLondon, type LocalDate } from './local-date.js';

/** Where the program learns the time. Injected everywhere, so that a test can move it. */
export abstract class Clock {
  abstract now(): Date;

  /** Today's date in Europe/London, where every scheme runs. */
  today(): LocalDate {
    return dateInLondon(this.now());
  }
}

/** The machine's clock. */
export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}

/** A clock that stands still until it is moved: for tests and for the demo's history. */
export class SetClock extends Clock {
  private instant: Date;

  /** @param at an ISO 8601 instant such as `2026-11-21T09:00:00Z`, or a Date */
  constructor(at: Date | string) {
    super();
    this.instant = new Date(at);
  }

  now(): Date {
    return new Date(this.instant);
  }

  set(at: Date | string): void {
    this.instant = new Date(at);
  }

  advance(by: { days?: number; hours?: number; minutes?: number; seconds?: number }): void {
    const seconds = (by.days ?? 0) * 86_400 + (by.hours ?? 0) * 3_600 + (by.minutes ?? 0) * 60 + (by.seconds ?? 0);
    this.instant = new Date(this.instant.getTime() + seconds * 1000);
  }
}
