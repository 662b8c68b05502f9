import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeServer, problem } from './fake-server.fixture.js';
import { MemoryStore } from './memory-store.js';
import { LoneTill } from './lone-till.js';
import { bundle, cardText, jwks, noon, offer, readPlainList } from './offline.fixture.js';
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
const sent = () => [...server.recorded.keys()].map((each) => each.split(' ')[0]);

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

describe('uses that wait', () => {
  it('are delivered in the order in which they happened, a hundred at a time', async () => {
    for (let each = 0; each < 205; each++) await store.add(use(`scan-${each}`));
    const sizes: number[] = [];
    server.instead = (path, body) => {
      if (path.endsWith('/batch')) sizes.push((body as { redemptions: unknown[] }).redemptions.length);
      return null;
    };
    expect(await sync.run()).toBe('done');
    expect(sizes).toEqual([100, 100, 5]);
    expect(sent()).toEqual(Array.from({ length: 205 }, (_, each) => `scan-${each}`));
    expect(await waiting()).toEqual([]);
  });

  it('go with the till’s own time, and nothing that the server does not ask for', async () => {
    raw = noon + 3_600_000;
    let seen: { sentAt?: string; redemptions?: object[] } = {};
    server.instead = (path, body) => {
      if (path.endsWith('/batch')) seen = body as typeof seen;
      return null;
    };
    await store.add(use('a', { credential: await cardText(), basketPence: 1250, offerRevision: 3, listAsOf: 'then' }));
    await sync.run();
    expect(seen.sentAt).toBe(new Date(raw).toISOString());
    expect(Object.keys(seen.redemptions![0]!)).toEqual([
      'scanId',
      'offerId',
      'credential',
      'occurredAt',
      'basketPence',
      'offerRevision',
      'listAsOf',
    ]);
  });

  it('are counted once when the answer is lost on the way', async () => {
    await store.add(use('a'));
    await store.add(use('b'));
    server.loseAnswerTo = '/api/v1/redemptions/batch';
    expect(await sync.run()).toBe('away');
    expect(await waiting()).toEqual(['a', 'b']);
    expect(await sync.run()).toBe('done');
    expect([...server.recorded.values()]).toEqual(['redemption-1', 'redemption-2']);
    expect(await waiting()).toEqual([]);
  });

  it('stay where only a part was answered', async () => {
    for (const scan of ['a', 'b', 'c']) await store.add(use(scan));
    let answers = 0;
    server.instead = (path, body) => {
      if (!path.endsWith('/batch') || ++answers > 1) return null;
      const [first] = (body as { redemptions: { scanId: string; offerId: string }[] }).redemptions;
      return new Response(
        JSON.stringify({ results: [{ ...first, result: 'recorded', redemptionId: 'r', flags: [] }] }),
      );
    };
    expect(await sync.run()).toBe('done');
    expect(sent()).toEqual(['b', 'c']);
    expect(await waiting()).toEqual([]);
  });

  it('are not sent for ever where none is answered', async () => {
    await store.add(use('a'));
    server.instead = (path) => (path.endsWith('/batch') ? new Response('{"results":[]}') : null);
    expect(await sync.run()).toBe('away');
    expect(await waiting()).toEqual(['a']);
  });

  it('that staff look at first are delivered too', async () => {
    await store.add(use('strange-1'));
    expect(await sync.run()).toBe('done');
    expect(await waiting()).toEqual([]);
    expect(await store.delivered('strange-1', offer().id)).toMatchObject({ redemptionId: null });
  });

  it('that nobody can read are put aside, and hold up no other', async () => {
    for (const scan of ['a', 'b', 'unreadable', 'c', 'd']) await store.add(use(scan));
    expect(await sync.run()).toBe('done');
    expect(sent()).toEqual(['a', 'b', 'c', 'd']);
    expect(await store.queue()).toMatchObject([{ scanId: 'unreadable', stuck: true }]);
    const batches = () => server.asked.filter((path) => path.endsWith('/batch')).length;
    const before = batches();
    raw += 86_399_999;
    await sync.run();
    expect(batches()).toBe(before);
    raw += 1;
    await sync.run();
    await sync.run();
    expect(batches()).toBe(before + 1);
  });

  it('that could not be read are delivered a day later where the server has learnt to', async () => {
    await store.add(use('a'));
    server.instead = (path) => (path.endsWith('/batch') ? problem('too-large', 413) : null);
    await sync.run();
    expect(await store.queue()).toMatchObject([{ stuck: true }]);
    server.instead = () => null;
    raw += 86_400_000;
    await sync.run();
    expect(await waiting()).toEqual([]);
  });

  it.each([
    [
      'a web filter’s page',
      () => new Response('<p>Blocked</p>', { status: 403, headers: { 'content-type': 'text/html' } }),
    ],
    ['nobody at that address', () => new Response('<p>Not found</p>', { status: 404 })],
    ['a small proxy', () => new Response('<p>Too large</p>', { status: 413 })],
    ['another refusal of the server', () => problem('scope-missing', 403)],
  ])('are all tried again later where they meet %s', async (_name, answer) => {
    for (const scan of ['a', 'b', 'c']) await store.add(use(scan));
    server.instead = (path) => (path.endsWith('/batch') ? answer() : null);
    expect(await sync.run()).toBe('away');
    expect((await store.queue()).map(({ stuck }) => stuck)).toEqual([false, false, false]);
    expect(server.asked.filter((path) => path.endsWith('/batch'))).toHaveLength(1);
    server.instead = () => null;
    expect(await sync.run()).toBe('done');
    expect(sent()).toEqual(['a', 'b', 'c']);
  });

  it('of another branch wait for that branch', async () => {
    await store.add(use('a', { branchId: 'another' }));
    expect(await sync.run()).toBe('done');
    expect(await waiting()).toEqual(['a']);
  });

  it('that were taken back before they were sent are never sent', async () => {
    await store.add(use('a', { tallies: ['ever x'] }));
    expect(await store.takeBack('a', offer().id, 'mistake')).toBe('gone');
    expect((await store.tallies()).get('ever x')).toBe(0);
    await sync.run();
    expect(sent()).toEqual([]);
  });

  it('that were taken back after a lost answer are taken back at the server', async () => {
    await store.add(use('a'));
    server.loseAnswerTo = '/api/v1/redemptions/batch';
    await sync.run();
    expect(await store.takeBack('a', offer().id, 'wrong_offer')).toBe('marked');
    expect(await store.takeBack('a', offer().id, 'wrong_offer')).toBe('absent');
    expect(await sync.run()).toBe('done');
    expect(server.undone).toEqual(['redemption-1']);
    expect(await waiting()).toEqual([]);
  });

  describe('that were taken back after a lost answer', () => {
    beforeEach(async () => {
      await store.add(use('a', { tallies: ['card x y', 'day x'], tried: true }));
      await store.takeBack('a', offer().id, 'mistake');
    });

    it('count after all, and people hear of it, where that was too late for the server', async () => {
      server.tooLate = true;
      expect(await sync.run()).toBe('done');
      expect(await waiting()).toEqual([]);
      expect(await store.get('tooLate')).toEqual([{ offerId: offer().id, occurredAt: new Date(noon).toISOString() }]);
      expect(await store.tallies()).toEqual(new Map([['card x y', 1]]));
    });

    it.each([
      ['the server is being repaired', () => problem('internal', 503)],
      ['the server is busy', () => problem('too-many', 429)],
      ['a web filter answers instead', () => new Response('<p>Blocked</p>', { status: 403 })],
      ['a hotel’s network answers instead', () => new Response('<p>Log in</p>', { status: 200 })],
    ])('are still to be taken back where %s', async (_why, answer) => {
      server.instead = (path) => (path.endsWith('/undo') ? answer() : null);
      expect(await sync.run()).toBe('away');
      expect(await store.queue()).toMatchObject([{ undo: 'mistake', redemptionId: 'redemption-1' }]);
      expect(await store.get('tooLate')).toBeUndefined();
      server.instead = () => null;
      expect(await sync.run()).toBe('done');
      expect(server.undone).toEqual(['redemption-1']);
      expect(await waiting()).toEqual([]);
    });
  });

  it('that were taken back while they were on their way are taken back at the server', async () => {
    await store.add(use('a'));
    const { fetch } = server;
    const slow = new Uploads(
      store,
      async (path, options) => {
        const answer = await fetch(path, options);
        if (path.endsWith('/batch')) await store.takeBack('a', offer().id, 'mistake');
        return answer;
      },
      clock.raw,
      (work) => work(),
    );
    await slow.run(till.key, bundle().branch.id);
    expect(server.undone).toEqual(['redemption-1']);
    expect(await waiting()).toEqual([]);
  });

  it('are kept once, however often they are added', async () => {
    await store.add(use('a', { tallies: ['ever x'] }));
    await store.add(use('a', { tallies: ['ever x'] }));
    expect(await waiting()).toEqual(['a']);
    expect((await store.tallies()).get('ever x')).toBe(1);
  });
});
