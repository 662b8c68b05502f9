import { Audit, AuditModule } from '@carers/audit';
import { Database, DatabaseModule, KernelModule } from '@carers/database';
import { Clock, SetClock } from '@carers/kernel';
import { SettingsModule } from '@carers/settings';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import fc from 'fast-check';
import { testDatabase } from '../../../test/support/database.js';
import { testSettings } from '../../../test/support/settings.js';
import { type Channel, type Reason, reasons } from './reasons.js';
import { SuppressionModule } from './suppression.module.js';
import { type Bounce, Suppressions } from './suppressions.js';

const officer = { kind: 'account', id: 'officer' } as const;
const channels: Channel[] = ['email', 'text', 'post'];
const clock = new SetClock('2026-11-21T10:00:00Z');

let app: TestingModule;
let database: Database;
let suppressions: Suppressions;
let count = 0;

beforeAll(async () => {
  app = await Test.createTestingModule({
    imports: [
      SettingsModule.with(testSettings(await testDatabase())),
      KernelModule,
      DatabaseModule.connectedAs('suppression test'),
      AuditModule,
      SuppressionModule,
    ],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await app.init();
  database = app.get(Database);
  suppressions = app.get(Suppressions);
});
afterAll(() => app?.close());

/** An address of one channel that no other test knows. */
function fresh(channel: Channel): string {
  const number = ++count;
  if (channel === 'email') return `person${number}@example.org`;
  return channel === 'text' ? `+4477115${String(number).padStart(5, '0')}` : `${number} Sea Road\nPoole\nBH15 1HJ`;
}

const suppress = (channel: Channel, address: string, reason: Reason, name?: string) =>
  database.transaction((tx) => suppressions.suppress(tx, { channel, address, reason, name }, officer, 'She rang.'));
const lift = (channel: Channel, address: string, reason: Reason, name?: string) =>
  database.transaction((tx) => suppressions.lift(tx, { channel, address, reason, name }, officer, 'She rang.'));
const why = async (channel: Channel, address: string, name?: string, askedFor?: boolean) =>
  (await suppressions.blockedOf(database.reader, [{ channel, address, name, askedFor }]))[0];
const bounce = (address: string, kind: Bounce['kind'], id = `${++count}`) =>
  database.transaction((tx) =>
    suppressions.bounced(tx, { channel: 'email', address, kind, at: clock.now(), about: { kind: 'delivery', id } }),
  );

describe('a suppressed address', () => {
  it.each(reasons.flatMap((reason) => channels.map((channel) => [reason, channel] as const)))(
    'takes nothing when %s, by %s',
    async (reason, channel) => {
      const [address, other] = [fresh(channel), fresh(channel)];
      expect(await suppress(channel, address, reason)).toBe(true);
      expect(await suppress(channel, address, reason)).toBe(false);
      expect(await suppressions.blocked(database.reader, channel, [other, address])).toEqual(
        new Map([[address, reason]]),
      );
      expect(await lift(channel, address, reason)).toBe(true);
      expect(await lift(channel, address, reason)).toBe(false);
      expect(await suppressions.blocked(database.reader, channel, [address])).toEqual(new Map());
    },
  );

  it('names the weightiest of several reasons, and is free when the last one is lifted', async () => {
    const address = fresh('email');
    for (const reason of reasons.toReversed()) await suppress('email', address, reason);
    for (const reason of reasons) {
      expect(await why('email', address)).toBe(reason);
      await lift('email', address, reason);
    }
    expect(await why('email', address)).toBeNull();
  });

  it('may be one for one person only: of a couple with one mailbox, one died', async () => {
    const address = fresh('email');
    await suppress('email', address, 'deceased', 'Zoë O’Neill');
    expect(await why('email', address, 'ZOE ONEILL')).toBe('deceased');
    expect(await why('email', address, 'Bob O’Neill')).toBeNull();
    // To nobody in particular: it might be read by the one who is meant as by the other.
    expect(await why('email', address)).toBe('deceased');
    expect(await why('email', address, undefined, true)).toBeNull();
  });

  it('lets a code through that somebody asks for, past a complaint and nothing else', async () => {
    for (const reason of reasons) {
      const address = fresh('email');
      await suppress('email', address, reason);
      expect(await why('email', address, 'Ann', true)).toBe(reason === 'complaint' ? null : reason);
    }
  });

  it('is the same however it is written', async () => {
    await suppress('email', ' Pat.Smith@Example.org ', 'complaint');
    expect(await why('email', 'pat.smith@example.org')).toBe('complaint');
    await suppress('text', '07700 900 999', 'bounced');
    expect(await why('text', '+447700900999')).toBe('bounced');
    await suppress('post', 'Flat 1, 23 St. Mary’s Road\nPoole\nBH15 1HJ', 'returned');
    expect(await why('post', 'FLAT 1\n23 St Marys Road\n\nPoole\nbh151hj')).toBe('returned');
    expect(await why('post', 'Flat 12, 3 St Marys Road\nPoole\nBH15 1HJ')).toBeNull();
  });

  it('is not kept, only a keyed hash of it', async () => {
    const address = fresh('post');
    await suppress('post', address, 'returned', 'Ann Other');
    const rows = await database.query('SELECT * FROM suppressed_address');
    expect(JSON.stringify(rows)).not.toMatch(/Sea Road|example\.org|7700|Other/i);
  });

  it('is told of in the audit trail, in the words of whoever decided', async () => {
    const about = { kind: 'subscriber', id: 'of-the-trail' };
    await database.transaction((tx) =>
      suppressions.suppress(tx, { channel: 'email', address: fresh('email'), reason: 'under_review', about }, officer),
    );
    await database.transaction((tx) => suppressions.liftAbout(tx, about, 'under_review', officer, 'It was a mistake.'));
    const history = await app.get(Audit).historyOf(about);
    expect(history.map(({ action, actorId, reason }) => [action, actorId, reason])).toEqual([
      ['address.released', 'officer', 'It was a mistake.'],
      ['address.suppressed', 'officer', null],
    ]);
  });

  it('is found among a thousand in one statement', async () => {
    const addresses = Array.from({ length: 1000 }, () => fresh('text'));
    await suppress('text', addresses[500]!, 'bounced');
    expect(await suppressions.blocked(database.reader, 'text', addresses)).toEqual(
      new Map([[addresses[500], 'bounced']]),
    );
    expect(await suppressions.blocked(database.reader, 'text', [])).toEqual(new Map());
  });
});

describe('a bounce', () => {
  it('that is hard stops the address at once', async () => {
    const address = fresh('email');
    expect(await bounce(address, 'hard')).toBe(true);
    expect(await why('email', address)).toBe('bounced');
  });

  it('that is soft stops it when it is the third, counted once however often it is reported', async () => {
    const address = fresh('email');
    for (const id of ['a', 'a', 'b', 'a', 'b']) expect(await bounce(address, 'soft', id)).toBe(false);
    expect(await why('email', address)).toBeNull();
    expect(await bounce(address, 'soft', 'c')).toBe(true);
    expect(await why('email', address)).toBe('bounced');
  });

  it('begins a new row after something has arrived, unless that was before it', async () => {
    const address = fresh('email');
    const arrived = (at?: Date) =>
      database.transaction((tx) => suppressions.delivered(tx, { channel: 'email', address, at }));
    await bounce(address, 'soft');
    await bounce(address, 'soft');
    await arrived();
    expect(await bounce(address, 'soft')).toBe(false);
    await bounce(address, 'soft');
    await arrived(new Date(clock.now().getTime() - 60_000));
    expect(await bounce(address, 'soft')).toBe(true);
    await arrived();
    expect(await why('email', address)).toBe('bounced');
  });

  it('is not lost when three processes report one each at the same moment', async () => {
    const address = fresh('email');
    const told = await Promise.all([1, 2, 3].map(() => bounce(address, 'soft')));
    expect(told.filter(Boolean)).toHaveLength(1);
    expect(await why('email', address)).toBe('bounced');
  });

  it('stops an address exactly when three in a row were soft, or one was hard', async () => {
    const reports = fc.array(fc.constantFrom('soft', 'soft', 'delivered', 'hard'), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(reports, async (told) => {
        const address = fresh('email');
        let [row, stopped] = [0, false];
        for (const report of told) {
          if (report === 'delivered')
            await database.transaction((tx) => suppressions.delivered(tx, { channel: 'email', address }));
          else await bounce(address, report as Bounce['kind']);
          row = report === 'soft' ? row + 1 : 0;
          stopped ||= report === 'hard' || row >= Suppressions.softBounces;
        }
        expect((await why('email', address)) === 'bounced').toBe(stopped);
      }),
      { numRuns: 25 },
    );
  });

  it('is forgotten when an officer lifts it: the next three count anew', async () => {
    const address = fresh('email');
    await bounce(address, 'hard');
    await bounce(address, 'soft');
    await lift('email', address, 'bounced');
    expect([await bounce(address, 'soft'), await bounce(address, 'soft')]).toEqual([false, false]);
    expect(await why('email', address)).toBeNull();
  });
});
