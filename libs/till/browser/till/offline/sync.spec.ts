import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeServer, problem } from './fake-server.fixture.js';
import { MemoryStore } from './memory-store.js';
import { LoneTill } from './lone-till.js';
import { bundle, jwks, noon, offer, readPlainList } from './offline.fixture.js';
import type { ReadList } from './list.js';
import type { NewUse } from './store.js';
import { Sync } from './sync.js';
import { talliesOf } from './tallies.js';
import { TillClock } from './till-clock.js';
import { Uploads } from './uploads.js';

const till = { key: 'ck_secret', name: 'Counter', branch: 'The Quay Kitchen', business: 'The Quay Kitchen' };

let server: FakeServer;
let store: MemoryStore;
let raw: number;
let clock: TillClock;
let sync: Sync;

beforeEach(async () => {
  server = new FakeServer();
  store = new MemoryStore();
  raw = noon;
  clock = new TillClock(() => raw);
  const uploads = new Uploads(store, server.fetch, clock.raw, (work) => work());
  sync = new Sync(store, server.fetch, clock, uploads, readPlainList);
  await store.put({ till });
});

const use = (scanId: string, more: Partial<NewUse> = {}): NewUse => ({
  scanId,
  offerId: offer().id,
  credential: 'HTTPS://CARD.EXAMPLE/C/TOKEN',
  occurredAt: new Date(raw).toISOString(),
  branchId: bundle().branch.id,
  tallies: [],
  ...more,
});
const waiting = async () => (await store.queue()).map(({ scanId }) => scanId);

describe('a sync', () => {
  it('fetches all that a till needs for working alone', async () => {
    expect(await sync.run()).toBe('done');
    expect((await store.get('bundle'))?.body).toEqual(server.bundle);
    expect(await store.get('keys')).toEqual({ keys: [expect.objectContaining({ kty: 'OKP' })] });
    expect(await store.get('list')).toMatchObject({ issuedAt: noon / 1000, changes: null, asOf: noon });
    expect(await store.get('synced')).toBe(noon);
  });

  it('asks only for what is new', async () => {
    await sync.run();
    raw = server.now = noon + 900_000;
    server.statuses = { 7: 1 };
    server.asked = [];
    expect(await sync.run()).toBe('done');
    expect(server.asked).toContain('/api/v1/status-list/changes');
    expect(server.asked).not.toContain('/api/v1/status-list');
    const list = (await store.get('list'))!;
    expect((await readPlainList(list, undefined as never)).statusOf(7)).toBe(1);
    expect(list).toMatchObject({ issuedAt: noon / 1000, asOf: noon + 900_000 });
  });

  it.each(['gone', 'old'])('fetches the whole list where the changes are %s', async (why) => {
    await sync.run();
    if (why === 'gone') server.deltas = 'gone';
    else raw = server.now = noon + 86_400_001;
    server.listETag = '"list-2"';
    server.listIssuedAt = Math.floor(server.now / 1000);
    expect(await sync.run()).toBe('done');
    expect(await store.get('list')).toMatchObject({ etag: '"list-2"', changes: null });
    // And a whole list that is as it was is only confirmed.
    raw = server.now += 86_400_001;
    expect(await sync.run()).toBe('done');
    expect(await store.get('list')).toMatchObject({ etag: '"list-2"', asOf: server.now });
  });

  it('keeps the list it has when the new one cannot be read', async () => {
    await sync.run();
    await store.add(use('a'));
    raw = server.now = noon + 900_000;
    server.instead = (path) => (path.startsWith('/api/v1/status-list') ? new Response('garbage') : null);
    expect(await sync.run()).toBe('away');
    expect(await store.get('list')).toMatchObject({ issuedAt: noon / 1000, changes: null });
    expect(await store.get('synced')).toBe(noon);
    expect(await waiting()).toEqual([]);
  });

  it('fetches the list anew where the key that signed the kept one was revoked', async () => {
    await sync.run();
    raw = server.now = noon + 900_000;
    server.listETag = '"list-2"';
    server.listIssuedAt = Math.floor(server.now / 1000);
    const uploads = new Uploads(store, server.fetch, clock.raw, (work) => work());
    const withoutOldKey = new Sync(store, server.fetch, clock, uploads, async (list, keys) => {
      if (list.etag === '"list-1"') throw new Error('Nobody whom we trust signed this.');
      return readPlainList(list, keys);
    });
    expect(await withoutOldKey.run()).toBe('done');
    expect(await store.get('list')).toMatchObject({ etag: '"list-2"', changes: null, issuedAt: server.listIssuedAt });
  });

  describe('where the key of the kept list was revoked', () => {
    const newKeys = { keys: [{ ...jwks.keys[0]!, kid: 'new' }] };
    /** The kept list can be read with the old keys only, all others with the new. */
    const readByKeys: ReadList = async (list, keys) => {
      if ((list.etag === '"list-1"') === keys.has('new')) throw new Error('Nobody whom we trust signed this.');
      return readPlainList(list, keys);
    };
    const judges = async () => {
      const alone = new LoneTill(store, clock, readByKeys);
      await alone.load();
      return alone.isReady;
    };
    let changed: Sync;

    beforeEach(async () => {
      await sync.run();
      raw = server.now = noon + 900_000;
      server.listETag = '"list-2"';
      server.listIssuedAt = server.now / 1000;
      const uploads = new Uploads(store, server.fetch, clock.raw, (work) => work());
      changed = new Sync(store, server.fetch, clock, uploads, readByKeys);
    });

    it('can judge at every moment on the way to the new list', async () => {
      const seen: boolean[] = [];
      const put = store.put.bind(store);
      store.put = async (values) => {
        await put(values);
        seen.push(await judges());
      };
      server.instead = (path) => (path.endsWith('/jwks.json') ? new Response(JSON.stringify(newKeys)) : null);
      expect(await changed.run()).toBe('done');
      expect(await store.get('keys')).toEqual(newKeys);
      expect(await store.get('list')).toMatchObject({ etag: '"list-2"' });
      expect(seen).not.toContain(false);
    });

    it.each([
      ['is lost on the way', () => new Response('', { status: 503 })],
      ['cannot be read', () => new Response('garbage')],
    ])('goes on with what it has when the new list %s', async (_why, answer) => {
      server.instead = (path) => {
        if (path.endsWith('/jwks.json')) return new Response(JSON.stringify(newKeys));
        return path.startsWith('/api/v1/status-list') ? answer() : null;
      };
      expect(await changed.run()).toBe('away');
      expect(await judges()).toBe(true);
    });
  });

  it('takes new keys at once where they can read the list it has', async () => {
    await sync.run();
    const newKeys = { keys: [{ ...jwks.keys[0]!, kid: 'new' }] };
    server.instead = (path) => {
      if (path.endsWith('/jwks.json')) return new Response(JSON.stringify(newKeys));
      return path.startsWith('/api/v1/status-list') ? new Response('', { status: 503 }) : null;
    };
    expect(await sync.run()).toBe('away');
    expect(await store.get('keys')).toEqual(newKeys);
  });

  it.each(['', 'garbage', 'a.b.c', 'e30.e30.e30', 'e30.bnVsbA.e30', '<p>Log in</p>'])(
    'fetches the whole list where the changes are rubbish, and is only not fresh where that is too: “%s”',
    async (rubbish) => {
      await sync.run();
      await store.add(use('a'));
      raw = server.now = noon + 900_000;
      server.listETag = '"list-2"';
      server.instead = (path) => (path.includes('/status-list') ? new Response(rubbish) : null);
      expect(await sync.run()).toBe('away');
      expect(await store.get('list')).toMatchObject({ etag: '"list-1"' });
      expect(await waiting()).toEqual([]);
      server.instead = (path) => (path.includes('/changes') ? new Response(rubbish) : null);
      expect(await sync.run()).toBe('done');
      expect(await store.get('list')).toMatchObject({ etag: '"list-2"', changes: null });
    },
  );

  it('is one at a time', async () => {
    const [one, two] = [sync.run(), sync.run()];
    expect([await one, await two]).toEqual(['done', 'done']);
    expect(server.asked.filter((path) => path.endsWith('/bundle'))).toHaveLength(1);
  });

  it.each([
    [
      'the connection is lost',
      () => {
        throw new TypeError('Failed to fetch');
      },
    ],
    ['the server is being repaired', () => new Response('', { status: 503 })],
    ['a hotel’s network answers instead', () => new Response('<p>Log in</p>', { status: 200 })],
  ])('can wait, and forgets nothing, when %s', async (_why, instead) => {
    await sync.run();
    await store.add(use('a'));
    server.instead = instead;
    raw += 60_000;
    expect(await sync.run()).toBe('away');
    expect(await store.get('synced')).toBe(noon);
    expect(await waiting()).toEqual(['a']);
  });

  describe('when the till has ended with uses to deliver', () => {
    beforeEach(async () => {
      await sync.run();
      await store.add(use('a'));
      await store.add(use('b', { branchId: 'another' }));
      server.ended = server.hearsEnded = true;
    });

    it('delivers those of its place with its last breath, and keeps the others', async () => {
      expect(await sync.run()).toBe('ended');
      expect([...server.recorded.keys()].map((each) => each[0])).toEqual(['a']);
      expect((await store.queue()).map(({ scanId }) => scanId)).toEqual(['b']);
      for (const name of ['till', 'keys', 'list', 'bundle', 'leaving'] as const)
        expect(await store.get(name)).toBeUndefined();
      expect(await sync.run()).toBe('no-till');
    });

    it('keeps its key for that, and nothing else, until the server can be reached', async () => {
      server.instead = (path) => {
        if (path.endsWith('/batch')) throw new TypeError('Failed to fetch');
        return null;
      };
      expect(await sync.run()).toBe('ended');
      expect(await store.get('leaving')).toEqual({ key: till.key, branchId: bundle().branch.id });
      for (const name of ['till', 'keys', 'list', 'bundle'] as const) expect(await store.get(name)).toBeUndefined();
      expect(await sync.run()).toBe('ended');
      server.instead = () => null;
      expect(await sync.run()).toBe('ended');
      expect(await store.get('leaving')).toBeUndefined();
      expect((await store.queue()).map(({ scanId }) => scanId)).toEqual(['b']);
    });

    it('goes on telling after it was paired anew for another place', async () => {
      server.instead = (path) => (path.endsWith('/batch') ? problem('internal', 503) : null);
      await sync.run();
      server.instead = () => null;
      server.ended = false;
      server.bundle = { ...bundle(), branch: { id: 'another', name: 'Elsewhere' } };
      await store.put({ till: { ...till, key: 'ck_new' } });
      expect(await sync.run()).toBe('done');
      expect([...server.recorded.keys()].map((each) => each[0])).toEqual(['b', 'a']);
      expect(await store.queue()).toEqual([]);
      expect(await store.get('leaving')).toBeUndefined();
    });

    it('leaves them to a person where the server hears no more', async () => {
      server.hearsEnded = false;
      expect(await sync.run()).toBe('ended');
      expect(await store.get('leaving')).toBeUndefined();
      expect(await store.queue()).toHaveLength(2);
      expect(await sync.run()).toBe('no-till');
    });
  });

  it('forgets its secrets when the till has ended, but not what it has yet to deliver', async () => {
    await sync.run();
    await store.add(use('a', { tallies: ['day x'] }));
    server.ended = true;
    expect(await sync.run()).toBe('ended');
    for (const name of ['till', 'keys', 'list', 'bundle', 'synced'] as const) {
      expect(await store.get(name)).toBeUndefined();
    }
    expect(await store.tallies()).toEqual(new Map());
    expect(await waiting()).toEqual(['a']);
    expect(await sync.run()).toBe('no-till');
  });

  it.each([
    [-3 * 3_600_000, true],
    [5 * 60_000, true],
    [-60_000, false],
    [0, false],
  ])('notices a clock that is %i ms off', async (off, isWrong) => {
    raw = noon + off;
    await sync.run();
    expect(clock.isWrong).toBe(isWrong);
    expect(Math.abs(clock.now() - noon)).toBeLessThan(isWrong ? 1_000 : 61_000);
    expect(await store.get('clock')).toMatchObject({ told: false });
  });

  it('says that the clock is wrong once, and again when it was right in between', async () => {
    raw = noon + 600_000;
    await sync.run();
    await store.put({ clock: { aheadMs: clock.aheadMs, told: true } });
    await sync.run();
    expect(await store.get('clock')).toMatchObject({ told: true });
    raw = noon;
    await sync.run();
    expect(await store.get('clock')).toMatchObject({ told: false });
  });

  it('leaves to the server what the server has counted', async () => {
    const limited = offer({ limits: { perCard: { count: 3, period: 'ever' }, perDay: 10, total: 100 } });
    server.bundle = bundle([limited]);
    const tallies = talliesOf(limited, 'card', noon);
    await store.add(use('a', { tallies }));
    await store.add(use('b', { tallies, branchId: 'another' }));
    await store.count(['card gone card ever ever', 'day gone 2026-11-20'], 1);
    await sync.run();
    const counts = await store.tallies();
    expect(counts.get(tallies[0]!)).toBe(2);
    expect(counts.get(tallies[1]!)).toBe(2);
    expect([...counts.keys()]).toEqual(expect.arrayContaining(tallies));
    expect(counts.size).toBe(3);
    server.bundle = bundle([{ ...limited, usedToday: 1, usedEver: 1 }]);
    await sync.run();
    expect((await store.tallies()).get(tallies[1]!)).toBe(1);
    expect((await store.tallies()).get(tallies[0]!)).toBe(2);
  });
});
