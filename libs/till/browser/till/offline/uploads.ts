import { ask, type Fetch, isJson, isProblem } from './api.js';
import { NoConnection } from '../service.js';
import type { QueuedUse, TillStore } from './store.js';

/** Most uses in one request, by the contract. */
const most = 100;
/** How long a delivered use is known for undoing, in milliseconds. */
const rememberFor = 60 * 60_000;
/** After this long, in milliseconds, what the server would not read is sent again: it may have learnt to. */
const stuckFor = 86_400_000;

interface BatchResult {
  scanId: string;
  offerId: string;
  result: 'recorded' | 'recorded_before' | 'kept_for_review';
  redemptionId: string | null;
}

/** Sends the queue, oldest first. What was sent and never answered is sent again: the server counts a scan once. */
export class Uploads {
  /**
   * @param raw the device's own clock: the server puts the times of a wrong one right by it
   * @param alone does one piece of work at a time, over all tabs of the browser
   */
  constructor(
    private readonly store: TillStore,
    private readonly fetch: Fetch,
    private readonly raw: () => number,
    private readonly alone: <Answer>(work: () => Promise<Answer>) => Promise<Answer>,
  ) {}

  /**
   * Delivers all that waits for this branch. Whatever stands in the way, what was not delivered stays in the queue.
   * @throws NoConnection, KeyRefused
   */
  run(key: string, branchId: string): Promise<void> {
    return this.alone(async () => {
      let size = most;
      for (;;) {
        const waiting = (await this.store.queue()).filter((use) => use.branchId === branchId && this.isDue(use));
        await this.undoDelivered(key, waiting);
        const next = waiting.filter(({ redemptionId }) => redemptionId === null).slice(0, size);
        if (next.length === 0) return;
        size = await this.send(key, next);
      }
    });
  }

  /** Sends one batch; answers how many the next one may have. */
  private async send(key: string, uses: QueuedUse[]): Promise<number> {
    await this.store.mark(
      uses.map(({ place }) => place),
      { tried: true },
    );
    const response = await ask(this.fetch, '/api/v1/redemptions/batch', {
      method: 'POST',
      headers: { ...bearer(key), 'content-type': 'application/json' },
      body: JSON.stringify({ sentAt: new Date(this.raw()).toISOString(), redemptions: uses.map(asItem) }),
    });
    if (response.ok) {
      const { results = [] } = (await response.json().catch(() => ({}))) as { results?: BatchResult[] };
      if ((await this.deliver(uses, results)) === 0) throw new NoConnection();
      return most;
    }
    // A web filter's page says nothing about what was sent.
    if (!isProblem(response) || (response.status !== 422 && response.status !== 413)) throw new NoConnection();
    // A fault in one item fails the whole: find it by halves, put it aside, and send the others.
    if (uses.length > 1) return Math.ceil(uses.length / 2);
    await this.store.mark([uses[0]!.place], { stuck: true, stuckAt: this.raw() });
    return most;
  }

  private isDue({ stuck, stuckAt = -Infinity }: QueuedUse): boolean {
    // A clock that was put back must not hold it up for longer.
    return !stuck || Math.abs(this.raw() - stuckAt) >= stuckFor;
  }

  /** Takes what was answered out of the queue; answers how many these were. */
  private async deliver(uses: QueuedUse[], results: readonly BatchResult[]): Promise<number> {
    const delivered = uses.flatMap(({ place, scanId, offerId }) => {
      const result = results.find((each) => each.scanId === scanId && each.offerId === offerId);
      return result ? [{ place, scanId, offerId, redemptionId: result.redemptionId, at: this.raw() }] : [];
    });
    await this.store.deliver(delivered, this.raw() - rememberFor);
    return delivered.length;
  }

  /** Takes back at the server what was taken back here before its delivery was known. */
  private async undoDelivered(key: string, waiting: QueuedUse[]): Promise<void> {
    for (const use of waiting) {
      const { place, redemptionId, undo, undoneAt } = use;
      if (!redemptionId) continue;
      const response = await ask(this.fetch, `/api/v1/redemptions/${redemptionId}/undo`, {
        method: 'POST',
        headers: { ...bearer(key), 'content-type': 'application/json' },
        // What was taken back in time is, however much later the server hears of it.
        body: JSON.stringify({
          reason: undo,
          ...(undoneAt && { undoneAt, sentAt: new Date(this.raw()).toISOString() }),
        }),
      });
      if (isProblem(response)) await this.noteTooLate(use);
      else if (!response.ok || !(await isJson(response))) throw new NoConnection();
      await this.store.drop(place);
    }
  }

  /** The use counts after all, and whoever took it back has to hear of it. */
  private async noteTooLate({ offerId, occurredAt, tallies }: QueuedUse): Promise<void> {
    const known = (await this.store.get('tooLate')) ?? [];
    await this.store.put({ tooLate: [...known, { offerId, occurredAt }] });
    // What all cards used together is the server's to say.
    const ofCard = tallies.filter((tally) => tally.startsWith('card '));
    await this.store.count(ofCard, 1);
  }
}

/** The header by which the server knows a till. */
export function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}`, accept: 'application/json' };
}

function asItem(use: QueuedUse) {
  const { scanId, offerId, credential, cardNumber, occurredAt, basketPence, offerRevision, listAsOf } = use;
  return { scanId, offerId, credential, cardNumber, occurredAt, basketPence, offerRevision, listAsOf };
}
