import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeServer, problem } from './fake-server.fixture.js';
import { MemoryStore } from './memory-store.js';
import { bundle, cardText, noon, offer, readPlainList } from './offline.fixture.js';
import type { NewUse } from './store.js';
import { Sync } from './sync.js';
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
    expect(await store.takeBack('a', offer().id, 'mistake', new Date(raw).toISOString())).toBe('gone');
    expect((await store.tallies()).get('ever x')).toBe(0);
    await sync.run();
    expect(sent()).toEqual([]);
  });

  it('that were taken back after a lost answer are taken back at the server', async () => {
    await store.add(use('a'));
    server.loseAnswerTo = '/api/v1/redemptions/batch';
    await sync.run();
    expect(await store.takeBack('a', offer().id, 'wrong_offer', new Date(raw).toISOString())).toBe('marked');
    expect(await store.takeBack('a', offer().id, 'wrong_offer', new Date(raw).toISOString())).toBe('absent');
    const undoneAt = new Date(raw).toISOString();
    raw += 7_200_000;
    expect(await sync.run()).toBe('done');
    expect(server.undone).toEqual(['redemption-1']);
    // However late the server hears of it, it learns when it was.
    expect(server.undoBodies).toEqual([{ reason: 'wrong_offer', undoneAt, sentAt: new Date(raw).toISOString() }]);
    expect(await waiting()).toEqual([]);
  });

  it('that the server had when they were taken back without a connection are taken back there, once', async () => {
    const undoneAt = new Date(raw).toISOString();
    const { scanId, offerId, branchId, occurredAt } = use('a');
    const owed = { scanId, offerId, branchId, occurredAt, tallies: [], redemptionId: 'r-9', undoneAt };
    await store.owe({ ...owed, undo: 'mistake' });
    server.loseAnswerTo = '/api/v1/redemptions/r-9/undo';
    expect(await sync.run()).toBe('away');
    expect(await sync.run()).toBe('done');
    expect(server.undone).toEqual(['r-9', 'r-9']);
    expect(sent()).toEqual([]);
    expect(await store.queue()).toEqual([]);
  });

  describe('that were taken back after a lost answer', () => {
    beforeEach(async () => {
      await store.add(use('a', { tallies: ['card x y', 'day x'], tried: true }));
      await store.takeBack('a', offer().id, 'mistake', new Date(raw).toISOString());
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
        if (path.endsWith('/batch')) await store.takeBack('a', offer().id, 'mistake', new Date(raw).toISOString());
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
