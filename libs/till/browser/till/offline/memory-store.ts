import type { UndoReason } from '../service.js';
import type { Delivered, Kept, NewUse, OwedUndo, QueuedUse, TillStore } from './store.js';

/** Keeps things only as long as the page is open: for browsers that let a page keep nothing. */
export class MemoryStore implements TillStore {
  private readonly kept = new Map<keyof Kept, unknown>();
  private counts = new Map<string, number>();
  private waiting: QueuedUse[] = [];
  private readonly done = new Map<string, Delivered>();
  private last = 0;

  async get<Name extends keyof Kept>(name: Name): Promise<Kept[Name] | undefined> {
    return copy(this.kept.get(name) as Kept[Name] | undefined);
  }

  async put(values: Partial<Kept>): Promise<void> {
    for (const [name, value] of Object.entries(values)) this.kept.set(name as keyof Kept, copy(value));
  }

  async remove(names: readonly (keyof Kept)[]): Promise<void> {
    for (const name of names) this.kept.delete(name);
  }

  async tallies(): Promise<Map<string, number>> {
    return new Map(this.counts);
  }

  async setTallies(tallies: ReadonlyMap<string, number>): Promise<void> {
    this.counts = new Map(tallies);
  }

  async count(tallies: readonly string[], by: 1 | -1): Promise<void> {
    for (const tally of tallies) this.counts.set(tally, Math.max(0, (this.counts.get(tally) ?? 0) + by));
  }

  async queue(): Promise<QueuedUse[]> {
    return copy(this.waiting);
  }

  async add(use: NewUse): Promise<void> {
    if (this.waiting.some((each) => each.scanId === use.scanId && each.offerId === use.offerId)) return;
    this.waiting.push({ ...asNew(++this.last), ...copy(use) });
    await this.count(use.tallies, 1);
  }

  async takeBack(
    scanId: string,
    offerId: string,
    reason: UndoReason,
    undoneAt: string,
  ): Promise<'gone' | 'marked' | 'absent'> {
    const use = this.waiting.find((each) => each.scanId === scanId && each.offerId === offerId && !each.undo);
    if (!use) return 'absent';
    await this.count(use.tallies, -1);
    if (use.tried) Object.assign(use, { undo: reason, undoneAt });
    else this.waiting = this.waiting.filter((each) => each !== use);
    return use.tried ? 'marked' : 'gone';
  }

  async owe(undo: OwedUndo): Promise<void> {
    if (this.waiting.some((each) => each.scanId === undo.scanId && each.offerId === undo.offerId)) return;
    this.waiting.push({ ...asNew(++this.last), ...copy(undo), tried: true });
    await this.count(undo.tallies, -1);
  }

  async mark(
    places: readonly number[],
    change: Partial<Pick<QueuedUse, 'tried' | 'stuck' | 'stuckAt'>>,
  ): Promise<void> {
    for (const use of this.waiting) if (places.includes(use.place)) Object.assign(use, change);
  }

  async deliver(uses: readonly (Delivered & { place: number })[], forgetBefore: number): Promise<void> {
    for (const [key, { at }] of this.done) if (at < forgetBefore) this.done.delete(key);
    for (const { place, ...delivered } of uses) {
      const use = this.waiting.find((each) => each.place === place);
      if (use?.undo && delivered.redemptionId) use.redemptionId = delivered.redemptionId;
      else {
        this.waiting = this.waiting.filter((each) => each !== use);
        this.done.set(`${delivered.scanId} ${delivered.offerId}`, delivered);
      }
    }
  }

  async drop(place: number): Promise<void> {
    this.waiting = this.waiting.filter((each) => each.place !== place);
  }

  async delivered(scanId: string, offerId: string): Promise<Delivered | undefined> {
    return this.done.get(`${scanId} ${offerId}`);
  }

  async clearQueue(): Promise<void> {
    this.waiting = [];
  }
}

/** What a use is when it joins the queue. */
export function asNew(place: number): Omit<QueuedUse, Exclude<keyof NewUse, 'tried'>> {
  return { place, tried: false, stuck: false, undo: null, redemptionId: null };
}

function copy<Value>(value: Value): Value {
  return structuredClone(value);
}
