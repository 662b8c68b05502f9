import { beforeEach, describe, expect, it } from '@jest/globals';
import { type CheckAnswer, KeyRefused, NoConnection, type OfferLine, Refused, type Scan } from '../service.js';
import { Desk } from './desk.js';
import { LoneTill } from './lone-till.js';
import { MemoryStore } from './memory-store.js';
import { bundle, cardText, jwks, noon, offer, plainList, readPlainList } from './offline.fixture.js';
import { TillClock } from './till-clock.js';

const perDay = offer({ limits: { perCard: { count: 1, period: 'day' } } });
const line = { id: perDay.id } as OfferLine;
const fromServer = { outcome: 'valid', reason: null, card: null, offers: [] } as CheckAnswer;

/** A server that answers, or is not there. */
class Service {
  mood: 'there' | 'away' | 'broken' | 'refuses' = 'there';
  asked: string[] = [];
  waits: number[] = [];

  async check(_scan: Scan, wait: number) {
    this.waits.push(wait);
    return this.answer('check', fromServer);
  }
  async use() {
    return this.answer('use', { id: 'redemption-1', savingPence: 125 });
  }
  async undo(id: string) {
    return this.answer(`undo ${id}`, { id, savingPence: null });
  }
  private answer<A>(what: string, answer: A): A {
    this.asked.push(what);
    if (this.mood === 'away') throw new NoConnection();
    if (this.mood === 'broken') throw new Refused(500, {});
    if (this.mood === 'refuses') throw new KeyRefused();
    return answer;
  }
}

describe('the desk of a till', () => {
  let service: Service;
  let store: MemoryStore;
  let alone: LoneTill;
  let raw: number;
  let lost: number;
  let desk: Desk;
  let scan: Scan;

  beforeEach(async () => {
    service = new Service();
    store = new MemoryStore();
    raw = noon;
    lost = 0;
    alone = new LoneTill(store, new TillClock(() => raw), readPlainList);
    desk = new Desk(
      service as never,
      alone,
      () => raw,
      () => lost++,
    );
    scan = { id: 'scan-1', text: await cardText(), scanned: true };
    await store.put({
      keys: jwks,
      list: { whole: plainList(noon / 1000), etag: null, issuedAt: noon / 1000, changes: null, asOf: noon },
      bundle: { body: bundle([perDay]), etag: null },
      synced: noon,
    });
    await alone.load();
  });

  it('asks the server first, for a short while', async () => {
    expect(await desk.check(scan)).toEqual({ answer: fromServer, how: 'server' });
    await desk.check({ ...scan, scanned: false });
    raw += 86_400_000;
    await desk.check(scan);
    expect(service.waits).toEqual([2_000, 6_000, 10_000]);
    expect(lost).toBe(0);
  });

  it.each(['away', 'broken'] as const)(
    'answers alone where the server is %s, and at once for a while',
    async (mood) => {
      service.mood = mood;
      expect(await desk.check(scan)).toMatchObject({ answer: { outcome: 'valid' }, how: 'alone' });
      expect(await desk.check(scan)).toMatchObject({ how: 'alone' });
      expect(service.asked).toEqual(['check']);
      expect(lost).toBe(1);
      raw += 20_000;
      service.mood = 'there';
      expect(await desk.check(scan)).toMatchObject({ how: 'server' });
      expect(desk.isAway).toBe(false);
    },
  );

  it('goes back to the server as soon as it was heard of', async () => {
    service.mood = 'away';
    await desk.check(scan);
    service.mood = 'there';
    desk.touched();
    expect(await desk.check(scan)).toMatchObject({ how: 'server' });
  });

  it('says so where it can answer no more than the server', async () => {
    await store.remove(['list']);
    await alone.load();
    service.mood = 'away';
    await expect(desk.check(scan)).rejects.toBeInstanceOf(NoConnection);
    desk.training = true;
    await expect(desk.check(scan)).rejects.toBeInstanceOf(NoConnection);
  });

  it('stops when the server refuses its key, or the business was not taking part', async () => {
    service.mood = 'refuses';
    await expect(desk.check(scan)).rejects.toBeInstanceOf(KeyRefused);
    await store.put({ bundle: { body: bundle([], { working: false }), etag: null } });
    await alone.load();
    service.mood = 'away';
    await expect(desk.check(scan)).rejects.toBeInstanceOf(KeyRefused);
  });

  it('asks for a scan where a number was typed and nobody can look it up', async () => {
    service.mood = 'away';
    const typed = (text: string) => desk.check({ id: 'scan-2', text, scanned: false });
    expect((await typed('CC 7K3F 9TQX X')).answer).toMatchObject({ outcome: 'not_valid', reason: 'needs_scan' });
    expect((await typed('CC 7K3F 9TQX Y')).answer).toMatchObject({ outcome: 'not_valid', reason: 'malformed' });
  });

  it('keeps a use for later, counts it, and takes it back', async () => {
    service.mood = 'away';
    const { how } = await desk.check(scan);
    const { used } = await desk.use(scan, how, line, 1250);
    expect(used).toEqual({ id: null, savingPence: 125 });
    expect(await store.queue()).toMatchObject([
      {
        scanId: 'scan-1',
        offerId: perDay.id,
        credential: scan.text,
        basketPence: 1250,
        offerRevision: 3,
        occurredAt: '2026-11-21T12:00:00.000Z',
        listAsOf: '2026-11-21T12:00:00.000Z',
      },
    ]);
    const again = { ...scan, id: 'scan-2' };
    expect((await desk.check(again)).answer.offers[0]).toMatchObject({ reason: 'limit_reached' });
    await expect(desk.use(again, 'alone', line, null)).rejects.toMatchObject({
      status: 409,
      problem: { reason: 'limit_reached', nextUsableAt: '2026-11-22T00:00:00.000Z' },
    });
    await desk.undo({ how: 'alone', id: null, scan, offerId: perDay.id, at: raw }, 'mistake');
    expect(await store.queue()).toEqual([]);
    expect((await desk.check(again)).answer.offers[0]).toMatchObject({ usable: true });
  });

  it('keeps a use whose answer from the server was lost, under the same scan', async () => {
    const { how } = await desk.check(scan);
    service.mood = 'away';
    expect(await desk.use(scan, how, line, null)).toMatchObject({ how: 'alone' });
    expect(await store.queue()).toMatchObject([{ scanId: 'scan-1', credential: scan.text }]);
  });

  it('takes a use back at the server too where it may have recorded it', async () => {
    const { how } = await desk.check(scan);
    service.mood = 'away';
    await desk.use(scan, how, line, null);
    expect(await store.queue()).toMatchObject([{ tried: true }]);
    await desk.undo({ how: 'alone', id: null, scan, offerId: perDay.id, at: raw }, 'mistake');
    expect(await store.queue()).toMatchObject([{ scanId: 'scan-1', undo: 'mistake' }]);
    // The server is known to be away, and was not asked for this one.
    const next = { ...scan, id: 'scan-2' };
    await desk.use(next, 'server', line, null);
    expect((await store.queue())[1]).toMatchObject({ scanId: 'scan-2', tried: false });
  });

  it('keeps a use of a card that was typed while there was a connection', async () => {
    const typed = { id: 'scan-3', text: 'CC 7K3F 9TQX X', scanned: false };
    const { how } = await desk.check(typed);
    service.mood = 'away';
    await desk.use(typed, how, line, null);
    const [use] = await store.queue();
    expect(use).toMatchObject({ cardNumber: 'CC 7K3F 9TQX X' });
    expect(use).not.toHaveProperty('credential');
  });

  it('counts what the server recorded, so that it holds when the connection is lost after it', async () => {
    const { how } = await desk.check(scan);
    await desk.use(scan, how, line, null);
    service.mood = 'away';
    const next = { ...scan, id: 'scan-2' };
    expect((await desk.check(next)).answer.offers[0]).toMatchObject({ reason: 'limit_reached' });
    service.mood = 'there';
    await desk.undo({ how: 'server', id: 'redemption-1', scan, offerId: perDay.id, at: raw }, 'mistake');
    expect((await alone.check(next)).offers[0]).toMatchObject({ usable: true });
  });

  it('takes a use back at the server once it was delivered', async () => {
    await store.deliver([{ place: 1, scanId: scan.id, offerId: perDay.id, redemptionId: 'r', at: raw }], 0);
    await desk.undo({ how: 'alone', id: null, scan, offerId: perDay.id, at: raw }, 'mistake');
    expect(service.asked).toEqual(['undo r']);
    const strange = { ...scan, id: 'scan-9' };
    await store.deliver([{ place: 2, scanId: strange.id, offerId: perDay.id, redemptionId: null, at: raw }], 0);
    await expect(
      desk.undo({ how: 'alone', id: null, scan: strange, offerId: perDay.id, at: raw }, 'mistake'),
    ).rejects.toMatchObject({ status: 409 });
  });

  describe('without a connection, of a use that the server has', () => {
    const undo = (at = noon) => desk.undo({ how: 'server', id: 'r-1', scan, offerId: perDay.id, at }, 'mistake');
    beforeEach(async () => {
      await desk.check(scan);
      await desk.use(scan, 'server', line, null);
      service.mood = 'away';
    });

    it('keeps for the server that it was taken back, and when, and gives the use back at once', async () => {
      raw += 9 * 60_000;
      await undo();
      const undoneAt = new Date(raw).toISOString();
      expect(await store.queue()).toMatchObject([{ redemptionId: 'r-1', undo: 'mistake', undoneAt }]);
      expect((await alone.check({ ...scan, id: 'scan-2' })).offers[0]).toMatchObject({ usable: true });
      expect(await alone.waiting()).toEqual([]);
      // Pressed twice, it is taken back once.
      await undo();
      expect(await store.queue()).toHaveLength(1);
    });

    it('says that it is too late after the scheme’s ten minutes', async () => {
      raw += 10 * 60_000 + 1;
      await expect(undo()).rejects.toMatchObject({ status: 409 });
      expect(await store.queue()).toEqual([]);
    });
  });

  it('takes a use that it kept back for ten minutes, and says afterwards that it is too late', async () => {
    service.mood = 'away';
    const uses = [scan, { ...scan, id: 'scan-2' }];
    await store.setTallies(new Map());
    const { how } = await desk.check(scan);
    await desk.use(scan, how, line, null);
    const undo = (each: Scan) =>
      desk.undo({ how: 'alone', id: null, scan: each, offerId: perDay.id, at: noon }, 'mistake');
    raw += 10 * 60_000 + 1;
    await expect(undo(uses[0]!)).rejects.toMatchObject({ status: 409 });
    expect(await store.queue()).toHaveLength(1);
    raw -= 1;
    await undo(uses[0]!);
    expect(await store.queue()).toEqual([]);
    await expect(undo(uses[1]!)).rejects.toMatchObject({ status: 409 });
  });

  describe('in practice', () => {
    beforeEach(() => void (desk.training = true));

    it.each([
      ['a real card', 'adult'],
      ['a training card', 'test'],
    ] as const)('takes %s, and tells and records nothing', async (_name, kind) => {
      const practice = { ...scan, text: await cardText({ kind }) };
      const { answer, how } = await desk.check(practice);
      expect(answer).toMatchObject({ outcome: 'valid', offers: [{ usable: true }] });
      expect(await desk.use(practice, how, line, 1000)).toEqual({
        used: { id: null, savingPence: 100 },
        how: 'practice',
      });
      await desk.undo({ how, id: null, scan: practice, offerId: perDay.id, at: raw }, 'mistake');
      expect((await desk.check({ ...practice, id: 'again' })).answer.offers[0]).toMatchObject({ usable: true });
      expect(service.asked).toEqual([]);
      expect(await store.queue()).toEqual([]);
      expect(await store.tallies()).toEqual(new Map());
    });

    it('takes any whole number, and no name with it', async () => {
      const typed = { id: 'scan-4', text: 'CC 7K3F 9TQX X', scanned: false };
      expect((await desk.check(typed)).answer).toMatchObject({ outcome: 'valid', card: null });
      expect((await desk.check({ ...typed, text: 'CC 1' })).answer).toMatchObject({ reason: 'malformed' });
    });
  });
});
