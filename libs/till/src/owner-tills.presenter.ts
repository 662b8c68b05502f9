import type { Branch } from '@carers/businesses';
import type { EndedTillLine } from './ended-tills.js';
import type { PairingLine } from './till-devices.js';
import type { TillLine } from './till-lines.js';

/** What is known of a till's life, as a catalogue key with its number. `quiet`: nothing was heard of it for a day. */
export interface Standing {
  key: string;
  count: number;
  quiet: boolean;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** "Synced 2 hours ago", "Not heard of for 3 days". A shop's own system need not sync, so only its silence is told. */
export function standingOf(till: Pick<TillLine, 'kind' | 'lastSyncAt' | 'lastUsedAt'>, now: Date): Standing | null {
  const ago = (at: Date | null) => (at ? Math.max(0, now.getTime() - at.getTime()) : Infinity);
  const silent = Math.min(ago(till.lastSyncAt), ago(till.lastUsedAt));
  if (silent === Infinity) return null;
  if (silent >= day) return standing('not-heard', Math.floor(silent / day), true);
  if (till.kind === 'key') return null;
  const sync = ago(till.lastSyncAt);
  if (sync === Infinity) return standing('never-synced', 0, true);
  if (sync < minute) return standing('synced-now', 0);
  if (sync < hour) return standing('synced-minutes', Math.floor(sync / minute));
  return sync < day
    ? standing('synced-hours', Math.floor(sync / hour))
    : standing('synced-days', Math.floor(sync / day));
}

function standing(key: string, count: number, quiet = false): Standing {
  return { key: `till:owner.standing.${key}`, count, quiet };
}

/** One till as the owner's pages show it. */
export function tillView(till: TillLine, now: Date) {
  return {
    ...till,
    phone: till.kind === 'phone',
    validateOnly: !till.scopes.includes('redeem'),
    standing: standingOf(till, now),
  };
}

/** Everything that a business has of tills. */
export interface TillsOfBusiness {
  tills: readonly TillLine[];
  pairings: readonly PairingLine[];
  ended: readonly EndedTillLine[];
}

/** Each place of a business with its tills, the pairing codes that wait there, and the tills that ended lately. */
export function branchesWithTills(branches: readonly Branch[], { tills, pairings, ended }: TillsOfBusiness, now: Date) {
  return branches.map(({ id, name }) => ({
    name,
    tills: tills.filter(({ branchId }) => branchId === id).map((till) => tillView(till, now)),
    pairings: pairings.filter(({ branchId }) => branchId === id).map((pairing) => pairingView(pairing, now)),
    ended: ended.filter(({ branchId }) => branchId === id),
  }));
}

/** What became of a pairing code: it waits, was used, or ran out. */
export function pairingView({ name, expiresAt, usedAt }: PairingLine, now: Date) {
  const left = Math.ceil((expiresAt.getTime() - now.getTime()) / minute);
  const state = usedAt ? 'used' : left > 0 ? 'waits' : 'ran-out';
  return { name, key: `till:owner.pairing.${state}`, minutes: Math.max(0, left), at: usedAt ?? expiresAt };
}

/** A pairing code as people read it out: `ABCD EFGH`. */
export function inGroups(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1 ');
}
