import { type Channel, channels, type Purpose, purposes } from '../purposes.js';

/** How `subscriber.reach` names a yes to one purpose by one channel. The database writes it so too (`reach_of`). */
export function reachName(purpose: Purpose, channel: Channel): string {
  return `${purpose} ${channel}`;
}

/** The names of every pair of these purposes and channels; left out, any. */
export function reachNames({
  purpose,
  channel,
}: {
  purpose?: readonly Purpose[] | undefined;
  channel?: readonly Channel[] | undefined;
}): string[] {
  return (purpose ?? purposes).flatMap((one) => (channel ?? channels).map((by) => reachName(one, by)));
}

/** The bits of `subscriber.reach_bits` for these purposes and channels; left out, any. The database sets them (`reach_bits`). */
export function reachMask(of: Parameters<typeof reachNames>[0]): number {
  const all = reachNames({});
  return reachNames(of).reduce((mask, name) => mask | (1 << all.indexOf(name)), 0);
}
