/** The most that happened in any stretch of a length. */
export interface Stretch {
  count: number;
  /** The first and the last of them. */
  from: Date;
  until: Date;
}

/**
 * The fullest stretch of `minutes` for each day (or whatever `dayOf` says) on which one ended, the earliest of several
 * equal ones; both ends count.
 * @param instants in any order
 */
export function fullestStretches(
  instants: readonly Date[],
  minutes: number,
  dayOf: (at: Date) => string,
): Map<string, Stretch> {
  const sorted = [...instants].sort((a, b) => a.getTime() - b.getTime());
  const best = new Map<string, Stretch>();
  let start = 0;
  for (const [end, until] of sorted.entries()) {
    while (until.getTime() - sorted[start]!.getTime() > minutes * 60_000) start++;
    const count = end - start + 1;
    const day = dayOf(until);
    if (count > (best.get(day)?.count ?? 0)) best.set(day, { count, from: sorted[start]!, until });
  }
  return best;
}
