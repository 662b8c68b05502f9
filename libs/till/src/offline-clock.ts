/** A till's clock that is off by no more than this, in milliseconds, is believed. */
const tolerance = 120_000;
const dayInMs = 86_400_000;

/** When something happened, as well as it can be known. */
export interface ToldTime {
  at: Date;
  flag: 'in_future' | 'too_old' | 'time_unknown' | null;
}

/** What a till's clock is behind ours, in milliseconds: 0 when it is near enough. */
export function clockOffset(sentAt: Date, now: Date): number {
  const offset = now.getTime() - sentAt.getTime();
  return Math.abs(offset) > tolerance ? offset : 0;
}

/**
 * When a use happened, by our clock.
 * @param told ISO 8601 instant by the till's own clock
 * @param offset of `clockOffset`
 * @returns a time that is never later than `now` and never more than a year before it, so that no figure is bent by a
 *   broken clock: where the told one is not believable, `now` stands for it, flagged
 */
export function whenItHappened(told: string, offset: number, now: Date): ToldTime {
  const at = Date.parse(told) + offset;
  if (Number.isNaN(at) || at < now.getTime() - 366 * dayInMs) return { at: now, flag: 'time_unknown' };
  if (at > now.getTime() + tolerance) return { at: now, flag: 'in_future' };
  const happened = new Date(Math.min(at, now.getTime()));
  return { at: happened, flag: at < now.getTime() - 30 * dayInMs ? 'too_old' : null };
}
