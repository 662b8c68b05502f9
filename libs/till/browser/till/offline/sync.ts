import type { VerifyingKeys } from '../../../../credentials/src/browser.js';
import { KeyRefused, NoConnection } from '../service.js';
import { ask, type Fetch } from './api.js';
import type { TillBundle } from './bundle.js';
import { verifyingKeysOf } from './keys.js';
import { issuedAtOf, type ReadList } from './list.js';
import { endsWithTill, type Kept, type StoredList, type TillStore } from './store.js';
import { isCardTally } from './tallies.js';
import type { TillClock } from './till-clock.js';
import { bearer, type Uploads } from './uploads.js';

/** What came of it: all is fresh, the server could not be reached, or the till has ended. */
export type SyncResult = 'done' | 'away' | 'ended' | 'no-till';

/** A whole list older than this, in milliseconds, is fetched anew rather than mended with an ever longer delta. */
const wholeFor = 86_400_000;

/** Fetches what the till needs for working alone, then delivers what waits. */
export class Sync {
  private underWay: Promise<SyncResult> | null = null;

  constructor(
    private readonly store: TillStore,
    private readonly fetch: Fetch,
    private readonly clock: TillClock,
    private readonly uploads: Uploads,
    private readonly readList: ReadList,
  ) {}

  /** One at a time: who asks in the meantime gets the same answer. */
  run(): Promise<SyncResult> {
    this.underWay ??= this.all().finally(() => (this.underWay = null));
    return this.underWay;
  }

  /**
   * Makes the till forget what it was. Uses that wait stay, with the key by which the server still hears of them; where it
   * will not, a person decides.
   */
  async end(): Promise<void> {
    const [till, bundle, queue] = [
      await this.store.get('till'),
      await this.store.get('bundle'),
      await this.store.queue(),
    ];
    if (till && bundle && queue.length > 0)
      await this.store.put({ leaving: { key: till.key, branchId: bundle.body.branch.id } });
    await this.store.remove(endsWithTill);
    await this.store.setTallies(new Map());
    await this.sayGoodbye();
  }

  /** Tells what a till did that has ended since. */
  private async sayGoodbye(): Promise<void> {
    const leaving = await this.store.get('leaving');
    if (!leaving) return;
    try {
      await this.uploads.run(leaving.key, leaving.branchId);
    } catch (error) {
      if (!(error instanceof KeyRefused)) return;
    }
    await this.store.remove(['leaving']);
  }

  /** Delivers what waits, and fetches nothing. */
  async deliver(): Promise<SyncResult> {
    const bundle = await this.store.get('bundle');
    if (!bundle) return this.run();
    return this.attempt(async (key) => {
      await this.uploads.run(key, bundle.body.branch.id);
      return true;
    });
  }

  private all(): Promise<SyncResult> {
    return this.attempt(async (key) => {
      const bundle = await this.fetchBundle(key);
      const isFresh = await this.fetchLists();
      if (isFresh) await this.store.put({ synced: this.clock.now() });
      await this.uploads.run(key, bundle.branch.id);
      await this.sayGoodbye();
      return isFresh;
    });
  }

  private async attempt(work: (key: string) => Promise<boolean>): Promise<SyncResult> {
    const till = await this.store.get('till');
    if (!till) {
      if (!(await this.store.get('leaving'))) return 'no-till';
      await this.sayGoodbye();
      return 'ended';
    }
    try {
      return (await work(till.key)) ? 'done' : 'away';
    } catch (error) {
      // Whatever it is, it is as good as no server: nothing that is kept was replaced, and the next sync tries again.
      if (!(error instanceof KeyRefused)) return 'away';
      await this.end();
      return 'ended';
    }
  }

  /** False where something came that nobody signed or that cannot be read: uses are delivered all the same. */
  private async fetchLists(): Promise<boolean> {
    try {
      await this.fetchList(await this.fetchKeys());
      return true;
    } catch (error) {
      if (error instanceof NoConnection) throw error;
      return false;
    }
  }

  private async fetchBundle(key: string): Promise<TillBundle> {
    const kept = await this.store.get('bundle');
    const asked = this.clock.raw();
    const response = await ask(this.fetch, '/api/v1/till/bundle', {
      headers: { ...bearer(key), ...ifNot(kept?.etag) },
    });
    this.clock.learn(response.headers.get('date'), asked, this.clock.raw());
    const told = (await this.store.get('clock'))?.told ?? false;
    await this.store.put({ clock: { aheadMs: this.clock.aheadMs, told: told && this.clock.isWrong } });
    if (response.status === 304 && kept) return kept.body;
    if (!response.ok) throw new NoConnection();
    const body = (await response.json()) as TillBundle;
    await this.store.put({ bundle: { body, etag: response.headers.get('etag') } });
    await this.recount(body);
    return body;
  }

  /** The server has counted all but what still waits here. One card's uses are not in the bundle, so they stay. */
  private async recount({ offers }: TillBundle): Promise<void> {
    const ids = new Set(offers.map(({ id }) => id));
    const kept = [...(await this.store.tallies())].filter(([tally]) => isCardTally(tally, ids, this.clock.now()));
    const counts = new Map(kept);
    for (const { tallies, undo } of await this.store.queue()) {
      for (const tally of undo ? [] : tallies) {
        if (!tally.startsWith('card ')) counts.set(tally, (counts.get(tally) ?? 0) + 1);
      }
    }
    await this.store.setTallies(counts);
  }

  private async fetchKeys(): Promise<Kept['keys']> {
    const response = await ask(this.fetch, '/.well-known/jwks.json');
    if (!response.ok) throw new NoConnection();
    return (await response.json()) as Kept['keys'];
  }

  /** Keys are kept only with a list that they can read, so that the till can judge at every moment. */
  private async fetchList(keys: Kept['keys']): Promise<void> {
    const kept = await this.store.get('list');
    // Refused here, and the old ones stay, when they are not what they should be.
    const verifying = await verifyingKeysOf(keys);
    const keptReads = kept !== undefined && (await this.canRead(kept, verifying));
    // A key that was revoked is trusted no more, whatever becomes of the list.
    if (keptReads) await this.store.put({ keys });
    const isFresh = kept && this.clock.now() - kept.issuedAt * 1000 < wholeFor;
    const mended = isFresh ? await this.fetchChanges(kept) : null;
    if (mended && (await this.canRead(mended, verifying))) return this.store.put({ keys, list: mended });
    // What was kept is no help where its key was revoked since: then it is fetched anew, whatever its tag.
    const whole = await this.fetchWhole(keptReads ? kept : undefined);
    // A list that nobody signed, or that cannot be read, never takes the place of one that can.
    await this.readList(whole, verifying);
    await this.store.put({ keys, list: whole });
  }

  private async canRead(list: StoredList, keys: VerifyingKeys): Promise<boolean> {
    return this.readList(list, keys).then(
      () => true,
      () => false,
    );
  }

  /** Null where the whole list has to be fetched. */
  private async fetchChanges(kept: StoredList): Promise<StoredList | null> {
    const response = await ask(this.fetch, `/api/v1/status-list/changes?since=${kept.issuedAt}`);
    return response.ok ? { ...kept, changes: await response.text(), asOf: this.clock.now() } : null;
  }

  private async fetchWhole(kept: StoredList | undefined): Promise<StoredList> {
    const response = await ask(this.fetch, '/api/v1/status-list', { headers: ifNot(kept?.etag) });
    if (response.status === 304 && kept) return { ...kept, changes: null, asOf: this.clock.now() };
    if (!response.ok) throw new NoConnection();
    const whole = await response.text();
    const etag = response.headers.get('etag');
    return { whole, etag, issuedAt: issuedAtOf(whole), changes: null, asOf: this.clock.now() };
  }
}

function ifNot(etag: string | null | undefined): Record<string, string> {
  return etag ? { 'if-none-match': etag } : {};
}
