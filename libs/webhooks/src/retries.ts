import type { Chance } from '@carers/kernel';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** How long after each attempt the next is made, as Standard Webhooks suggests: ten attempts over a little over 3 days. */
const waits = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];

/** A receiver may ask for a longer wait, but not for more than this. */
const longestAsked = 24 * hour;

/** Attempts in all before a delivery is given up. */
export const mostAttempts = waits.length + 1;

/**
 * Milliseconds to wait after so many attempts, or null when that was the last. Up to a tenth is added by chance, so that
 * what failed together does not come back together.
 * @param asked seconds the receiver asked for, if it did
 */
export function waitAfter(attempts: number, chance: Chance, asked: number | null = null): number | null {
  const wait = waits[attempts - 1];
  if (wait === undefined) return null;
  const jitter = Math.floor((wait / 10) * (chance.below(1_001) / 1_000));
  return Math.max(wait + jitter, Math.min((asked ?? 0) * second, longestAsked));
}

/**
 * Milliseconds for which an endpoint is left alone after so many failures in a row: what is down takes no turns from
 * those that answer. Its deliveries keep their own times.
 */
export function restAfter(failuresInRow: number): number {
  if (failuresInRow < 5) return 0;
  return failuresInRow < 20 ? minute : 5 * minute;
}
