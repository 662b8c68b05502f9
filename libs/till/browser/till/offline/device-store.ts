import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { StoredTill, UndoReason } from '../service.js';
import { asNew, MemoryStore } from './memory-store.js';
import type { Delivered, Kept, NewUse, OwedUndo, QueuedUse, TillStore } from './store.js';

interface Schema extends DBSchema {
  kept: { key: string; value: Kept[keyof Kept] };
  tallies: { key: string; value: number };
  queue: { key: number; value: QueuedUse; indexes: { use: [string, string] } };
  delivered: { key: [string, string]; value: Delivered };
}

/** Where the till was kept before it could work without a connection. */
const formerPlace = 'carers-till';

/** What must not be lost when the browser or the device goes off in the next moment. */
const flushed = { durability: 'strict' } as const;

/** Opens what this device keeps for its till; in memory only where the browser allows no more. */
export async function openStore(): Promise<TillStore> {
  try {
    const store = new DeviceStore(await open());
    await bringOver(store);
    return store;
  } catch {
    return new MemoryStore();
  }
}

function open(): Promise<IDBPDatabase<Schema>> {
  return openDB<Schema>('carers-till', 1, {
    upgrade(database) {
      database.createObjectStore('kept');
      database.createObjectStore('tallies');
      const queue = database.createObjectStore('queue', { keyPath: 'place', autoIncrement: true });
      queue.createIndex('use', ['scanId', 'offerId'], { unique: true });
      database.createObjectStore('delivered', { keyPath: ['scanId', 'offerId'] });
    },
    // A newer page of this till wants to change what is kept: it must not wait for this one.
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  });
}

/** Takes over a phone that was paired before. */
async function bringOver(store: TillStore): Promise<void> {
  const former = formerTill();
  if (!former) return;
  if (!(await store.get('till'))) await store.put({ till: former });
  localStorage.removeItem(formerPlace);
}

function formerTill(): StoredTill | null {
  try {
    const kept = JSON.parse(localStorage.getItem(formerPlace) ?? 'null') as StoredTill | null;
    return kept && typeof kept.key === 'string' ? kept : null;
  } catch {
    // Storage may be switched off, or hold something else.
    return null;
  }
}

/** IndexedDB. */
class DeviceStore implements TillStore {
  constructor(private readonly database: IDBPDatabase<Schema>) {}

  async get<Name extends keyof Kept>(name: Name): Promise<Kept[Name] | undefined> {
    return (await this.database.get('kept', name)) as Kept[Name] | undefined;
  }

  async put(values: Partial<Kept>): Promise<void> {
    const change = this.database.transaction('kept', 'readwrite', flushed);
    for (const [name, value] of Object.entries(values)) void change.store.put(value, name);
    await change.done;
  }

  async remove(names: readonly (keyof Kept)[]): Promise<void> {
    const change = this.database.transaction('kept', 'readwrite', flushed);
    for (const name of names) void change.store.delete(name);
    await change.done;
  }

  async tallies(): Promise<Map<string, number>> {
    const read = this.database.transaction('tallies');
    const [names, counts] = await Promise.all([read.store.getAllKeys(), read.store.getAll()]);
    return new Map(names.map((name, index) => [name, counts[index]!]));
  }

  async setTallies(tallies: ReadonlyMap<string, number>): Promise<void> {
    const change = this.database.transaction('tallies', 'readwrite');
    void change.store.clear();
    for (const [name, count] of tallies) void change.store.put(count, name);
    await change.done;
  }

  async count(tallies: readonly string[], by: 1 | -1): Promise<void> {
    const change = this.database.transaction('tallies', 'readwrite');
    for (const name of tallies) {
      await change.store.put(Math.max(0, ((await change.store.get(name)) ?? 0) + by), name);
    }
    await change.done;
  }

  queue(): Promise<QueuedUse[]> {
    return this.database.getAll('queue');
  }

  async add(use: NewUse): Promise<void> {
    const change = this.database.transaction(['queue', 'tallies'], 'readwrite', flushed);
    const [queue, counts] = [change.objectStore('queue'), change.objectStore('tallies')];
    // Pressed twice, or a page that was opened twice: it happened once.
    if (await queue.index('use').getKey([use.scanId, use.offerId])) return;
    // The place is the store's to give.
    const { place: _, ...rest } = asNew(0);
    void queue.add({ ...rest, ...use } as QueuedUse);
    for (const name of use.tallies) await counts.put(((await counts.get(name)) ?? 0) + 1, name);
    await change.done;
  }

  async takeBack(
    scanId: string,
    offerId: string,
    reason: UndoReason,
    undoneAt: string,
  ): Promise<'gone' | 'marked' | 'absent'> {
    const change = this.database.transaction(['queue', 'tallies'], 'readwrite', flushed);
    const [queue, counts] = [change.objectStore('queue'), change.objectStore('tallies')];
    const use = await queue.index('use').get([scanId, offerId]);
    if (!use || use.undo) return 'absent';
    for (const name of use.tallies) await counts.put(Math.max(0, ((await counts.get(name)) ?? 0) - 1), name);
    if (use.tried) await queue.put({ ...use, undo: reason, undoneAt });
    else await queue.delete(use.place);
    await change.done;
    return use.tried ? 'marked' : 'gone';
  }

  async owe(undo: OwedUndo): Promise<void> {
    const change = this.database.transaction(['queue', 'tallies'], 'readwrite', flushed);
    const [queue, counts] = [change.objectStore('queue'), change.objectStore('tallies')];
    if (await queue.index('use').getKey([undo.scanId, undo.offerId])) return;
    const { place: _, ...rest } = asNew(0);
    void queue.add({ ...rest, ...undo, tried: true } as QueuedUse);
    for (const name of undo.tallies) await counts.put(Math.max(0, ((await counts.get(name)) ?? 0) - 1), name);
    await change.done;
  }

  async mark(
    places: readonly number[],
    changed: Partial<Pick<QueuedUse, 'tried' | 'stuck' | 'stuckAt'>>,
  ): Promise<void> {
    const change = this.database.transaction('queue', 'readwrite', flushed);
    for (const place of places) {
      const use = await change.store.get(place);
      if (use) await change.store.put({ ...use, ...changed });
    }
    await change.done;
  }

  async deliver(uses: readonly (Delivered & { place: number })[], forgetBefore: number): Promise<void> {
    const change = this.database.transaction(['queue', 'delivered'], 'readwrite', flushed);
    const [queue, kept] = [change.objectStore('queue'), change.objectStore('delivered')];
    for (const old of await kept.getAll()) if (old.at < forgetBefore) await kept.delete([old.scanId, old.offerId]);
    for (const { place, ...delivered } of uses) {
      const { redemptionId } = delivered;
      const use = await queue.get(place);
      if (use?.undo && redemptionId) await queue.put({ ...use, redemptionId });
      else {
        await queue.delete(place);
        await kept.put(delivered);
      }
    }
    await change.done;
  }

  async drop(place: number): Promise<void> {
    await this.database.delete('queue', place);
  }

  delivered(scanId: string, offerId: string): Promise<Delivered | undefined> {
    return this.database.get('delivered', [scanId, offerId]);
  }

  async clearQueue(): Promise<void> {
    await this.database.clear('queue');
  }
}
