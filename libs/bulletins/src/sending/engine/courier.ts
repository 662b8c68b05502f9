import type { Purpose } from '@carers/information-service';
import type { FrozenBulletin } from '../../writing/frozen-bulletin.js';
import type { Claimed } from './batches.js';
import type { SenderSession } from './sender-session.js';

/** What a courier needs to send some copies of one bulletin. */
export interface Errand {
  bulletin: FrozenBulletin;
  purpose: Purpose;
  copies: readonly Claimed[];
  session: SenderSession;
  /** Whether no further copy should be begun. */
  stopped: () => boolean;
}

/** Hands copies to a provider, writes down what became of each, and comes back when all of that is written. */
export interface Courier {
  /** @throws ProviderAway, SenderGone; copies that were not begun stay claimed */
  carry(errand: Errand): Promise<void>;
}

/** Does `work` for each, some at a time. After one has thrown none is begun; it waits for the rest and throws the first. */
export async function someAtATime<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]();
  const errors: unknown[] = [];
  const worker = async () => {
    for (const item of left) {
      if (errors.length > 0) return;
      try {
        await work(item);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  if (errors.length > 0) throw errors[0];
}
