import { randomUUID } from 'node:crypto';
import { Cardholder, PersonErasure } from '@carers/cards';
import { Database } from '@carers/database';
import { InformationService, type Subscriber } from '@carers/information-service';
import { addDays } from '@carers/kernel';
import { SchemeService } from '@carers/places';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startTestApp, type TestApp } from '../../../../test/support/app.js';
import { Given } from '../../../../test/support/given.js';
import { ServiceFigures } from '../service-figures.js';
import { BulletinCounting } from './bulletin-counting.js';
import { DayClosing } from './day-closing.js';
import { SumChecks } from './sum-checks.js';

const actor = { kind: 'applicant', id: 'test' } as const;
const purpose = 'carers_information';
let program: TestApp;
let database: Database;
let service: InformationService;
let checks: SumChecks;
let regions: readonly { id: string; carersServiceId: string }[];
let people: Subscriber[];

beforeAll(async () => {
  program = await startTestApp({ at: '2026-09-28T10:00:00Z' });
  database = program.get(Database);
  service = program.get(InformationService);
  checks = program.get(SumChecks);
  await new Given(program).scheme();
  regions = await program.get(SchemeService).regions();
  people = [];
  for (let at = 0; at < 5; at++) people.push(await joined());
}, 30_000);
afterAll(() => program?.close());

async function joined(): Promise<Subscriber> {
  const { cardholder } = await new Given(program).card({ email: 'm@example.org' });
  const consents = [{ purpose, channel: 'email', given: true }] as const;
  const sign = { cardholder, source: { kind: 'web' }, consents, how: 'web', actor } as const;
  return (await database.transaction((tx) => service.register(tx, sign))).subscriber;
}

const sumUp = async () => ({
  bulletins: await program.get(BulletinCounting).count(),
  days: await program.get(DayClosing).close(),
});
const today = () => program.clock.today();

/** A bulletin with a copy for everybody, none of which has gone. */
async function bulletin(serviceId: string): Promise<string> {
  const [id, batch] = [randomUUID(), randomUUID()];
  await database.query(
    `INSERT INTO bulletin (id, carers_service_id, purpose, title, slug, state, created_by, created_at, updated_at, frozen, frozen_at)
       VALUES ($1::uuid, $2, '${purpose}', 'News', $1::uuid::text, 'sending', gen_random_uuid(), $3, $3, '{}', $3)`,
    [id, serviceId, program.clock.now()],
  );
  await database.query(
    `INSERT INTO delivery_batch (id, bulletin_id, channel, number, people, state, turn, tries, due_at)
       VALUES ($1, $2, 'email', 1, 5, 'done', 1, 0, now())`,
    [batch, id],
  );
  await database.query(
    `INSERT INTO delivery (id, bulletin_id, subscriber_id, batch_id, channel, state, tries, doubts)
       SELECT gen_random_uuid(), $1, s, $2, CASE number % 2 WHEN 0 THEN 'email' ELSE 'post' END, 'waiting', 0, 0
         FROM unnest($3::uuid[]) WITH ORDINALITY AS person (s, number)`,
    [id, batch, people.map((each) => each.id)],
  );
  return id;
}

const states = [
  'waiting',
  'claimed',
  'sent',
  'failed',
  'unknown',
  'held',
  'to_print',
  'printed',
  'bounced',
  'delivered',
];

/** Writes to a copy what may become of it. */
async function becomes(id: string, who: number, state: string, at: Date, pence: number): Promise<void> {
  const went = ['sent', 'printed', 'bounced', 'delivered'].includes(state);
  await database.query(
    `UPDATE delivery SET state = $3, held = CASE $3 WHEN 'held' THEN 'paused' END, sender_number = CASE $3 WHEN 'claimed' THEN 1 END,
            sent_at = CASE WHEN $6 THEN coalesce(sent_at, $4) END,
            settled_at = CASE WHEN $3 IN ('bounced', 'delivered', 'failed') THEN $4::timestamptz END, cost_pence = $5
      WHERE bulletin_id = $1 AND subscriber_id = $2`,
    [id, people[who]!.id, state, at, pence, went],
  );
}

const who = fc.nat(4);
const channel = fc.constantFrom('email', 'text', 'post');
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('answer' as const), who, channel, given: fc.boolean() }) },
  fc.record({ kind: fc.constant('leave' as const), who }),
  fc.record({ kind: fc.constant('move' as const), who, to: fc.nat(9) }),
  fc.record({ kind: fc.constant('pause' as const), who, days: fc.option(fc.integer({ min: 1, max: 20 })) }),
  fc.record({ kind: fc.constant('hold' as const), who, fact: fc.constantFrom('held', 'lifted') }),
  fc.record({ kind: fc.constant('bulletin' as const), of: fc.nat(9) }),
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('copy' as const),
      of: fc.nat(9),
      who,
      state: fc.constantFrom(...states),
      ago: fc.nat(40),
      pence: fc.nat(90),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('rests' as const),
      of: fc.nat(9),
      state: fc.constantFrom('sent', 'cancelled', 'sending'),
    }),
  },
  fc.record({ kind: fc.constant('late' as const), who, channel, ago: fc.integer({ min: 1, max: 40 }) }),
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('time' as const), hours: fc.integer({ min: 1, max: 200 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('sum' as const) }) },
);

describe('sums of figures', () => {
  it('are what the rows give, whatever happened and whenever it was summed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 45 }), async (steps) => {
        const bulletins: string[] = [await bulletin(regions[0]!.carersServiceId)];
        const ago = (days: number) => new Date(program.clock.now().getTime() - days * 86_400_000);
        for (const each of steps) {
          const person = 'who' in each ? people[each.who]!.id : '';
          const one = 'of' in each ? bulletins[each.of % bulletins.length]! : '';
          await {
            answer: () =>
              'given' in each &&
              database.transaction((tx) =>
                service.change(
                  tx,
                  person,
                  [{ purpose, channel: each.channel as 'email', given: each.given }],
                  'web',
                  actor,
                ),
              ),
            leave: () => database.transaction((tx) => service.leave(tx, person, 'phone', actor)),
            move: () =>
              'to' in each &&
              database.transaction((tx) =>
                service.move(tx, person, regions[each.to % regions.length]!.id, 'phone', actor),
              ),
            pause: () => {
              const until = 'days' in each && each.days ? addDays(today(), each.days) : null;
              return database.transaction((tx) => service.prefer(tx, person, { pausedUntil: until }, 'web', actor));
            },
            hold: () => 'fact' in each && held(person, each.fact),
            bulletin: async () =>
              'of' in each && bulletins.push(await bulletin(regions[each.of % regions.length]!.carersServiceId)),
            copy: () => 'pence' in each && becomes(one, each.who, each.state, ago(each.ago), each.pence),
            rests: () => 'of' in each && 'state' in each && rests(one, each.state),
            late: () => 'ago' in each && 'channel' in each && said(person, each.channel, ago(each.ago)),
            time: async () => {
              if ('hours' in each)
                program.clock.set(new Date(program.clock.now().getTime() + each.hours * 3_600_000).toISOString());
            },
            sum: sumUp,
          }[each.kind]();
        }
        for (const asOf of [today(), addDays(today(), -9)])
          expect([asOf, await checks.differences(asOf)]).toEqual([asOf, []]);
      }),
      { numRuns: 3, endOnFailure: true, includeErrorInReport: true },
    );
  }, 60_000);

  it('are read, and are the same once made anew', async () => {
    // Of a month in which a bulletin is under way again nobody reads the sum of people reached, so it may be an old one.
    for (const { id } of await database.query<{ id: string }>('SELECT id FROM bulletin')) await rests(id, 'sent');
    const done = await bulletin(regions[0]!.carersServiceId);
    for (const at of people.keys()) await becomes(done, at, 'sent', program.clock.now(), 10);
    await rests(done, 'sent');
    program.clock.set(`${addDays(today(), 1)}T12:00:00Z`);
    await sumUp();
    expect(await sumUp()).toEqual({ bulletins: 0, days: 0 });
    const before = await everySum();
    expect(before.length).toBeGreaterThan(3);
    await checks.anew();
    expect(await everySum()).toEqual(before);
    // One that nobody reads would not be missed.
    await database.query(`UPDATE figure_bulletin_day SET number = number + 1 WHERE bulletin_id = $1`, [done]);
    await database.query(`UPDATE figure_day SET number = number + 1 WHERE figure = 'agreed'`);
    expect((await checks.differences()).map(({ figure }) => figure)).toEqual(
      expect.arrayContaining(['sent', 'sent by channel', 'agreed', 'agreed by channel']),
    );
    await checks.anew();
  });

  it('wait for a report that is being written, and are not read once it is there', async () => {
    const done = await bulletin(regions[0]!.carersServiceId);
    for (const at of people.keys()) await becomes(done, at, 'sent', program.clock.now(), 10);
    await rests(done, 'sent');
    const counting = await database.transaction(async (tx) => {
      await tx.query(
        `UPDATE delivery SET state = 'bounced', settled_at = $2 WHERE bulletin_id = $1 AND channel = 'post'`,
        [done, program.clock.now()],
      );
      const begun = program.get(BulletinCounting).count();
      for (;;) {
        const [waiting] = (await tx.query(
          `SELECT count(*)::int AS number FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
        )) as { number: number }[];
        if (waiting!.number > 0) return { begun };
      }
    });
    await counting.begun;
    expect(await checks.differences()).toEqual([]);
    await becomes(done, 0, 'failed', program.clock.now(), 0);
    expect(await checks.differences()).toEqual([]);
    expect((await sumUp()).bulletins).toBe(1);
    expect(await checks.differences()).toEqual([]);
  });

  it('count who moves within their service as reachable, and who moves to another no more', async () => {
    const [here, near] = regions.filter(({ carersServiceId }) => carersServiceId === regions[0]!.carersServiceId);
    const far = regions.find(({ carersServiceId }) => carersServiceId !== here!.carersServiceId)!;
    const mover = await joined();
    const byEmail = async () =>
      (await program.get(ServiceFigures).at('reachable', today(), null, 'channel')).find(({ part }) => part === 'email')
        ?.people ?? 0;
    const to = async (region: string) => {
      program.clock.set(new Date(program.clock.now().getTime() + 60_000).toISOString());
      await database.transaction((tx) => service.move(tx, mover.id, region, 'phone', actor));
    };
    await to(here!.id);
    await database.transaction((tx) =>
      service.change(tx, mover.id, [{ purpose, channel: 'email', given: true }], 'web', actor),
    );
    const before = await byEmail();
    await to(near!.id);
    expect(await service.mayReceive(mover.id, purpose, 'email')).toBe(true);
    expect(await byEmail()).toBe(before);
    await to(far.id);
    expect(await service.mayReceive(mover.id, purpose, 'email')).toBe(false);
    expect(await byEmail()).toBe(before - 1);
  });

  it('stay as they are when somebody is erased', async () => {
    await sumUp();
    const sent = () => program.get(ServiceFigures).byMonth('sent', today(), null);
    const before = await sent();
    const erased = people[0]!;
    await database.transaction(async (tx) => {
      await service.leave(tx, erased.id, 'phone', actor);
      const cardholder = await tx.findOneByOrFail(Cardholder, { id: erased.cardholderId });
      await program.get(PersonErasure).erase(tx, cardholder, { kind: 'system', id: 'test' });
    });
    expect(await sent()).toEqual(before);
    expect(await checks.differences()).toEqual([]);
    await sumUp();
    expect(await sent()).toEqual(before);
    expect(await checks.differences()).toEqual([]);
  });
});

async function held(person: string, fact: string): Promise<void> {
  await database.query(
    `INSERT INTO subscriber_hold_event (id, subscriber_id, number, reason, fact, carers_service_id, at, how, asked_by_kind, asked_by_id)
       SELECT gen_random_uuid(), id, 1 + (SELECT count(*) FROM subscriber_hold_event WHERE subscriber_id = $1), 'moved_away', $2,
              carers_service_id, $3, 'phone', 'test', 'test' FROM subscriber WHERE id = $1`,
    [person, fact, program.clock.now()],
  );
}

/** An answer that is written down later than it was given, as from a list. */
async function said(person: string, by: string, at: Date): Promise<void> {
  await database.query(
    `INSERT INTO consent_event (id, subscriber_id, number, carers_service_id, purpose, channel, decision, wording_version, at, how, asked_by_kind, asked_by_id)
       SELECT gen_random_uuid(), $1, 1 + max(number), (SELECT carers_service_id FROM subscriber WHERE id = $1), '${purpose}', $2, 'given',
              min(wording_version), $3, 'paper', 'test', 'test' FROM consent_event WHERE subscriber_id = $1`,
    [person, by, at],
  );
}

/** All that was left to send is sent, and the bulletin has ended (or not quite). */
async function rests(id: string, state: string): Promise<void> {
  await database.query(
    `UPDATE delivery SET state = 'sent', sender_number = NULL, sent_at = $2 WHERE bulletin_id = $1 AND state IN ('waiting', 'claimed')`,
    [id, program.clock.now()],
  );
  await database.query('UPDATE bulletin SET state = $2 WHERE id = $1', [id, state]);
}

async function everySum(): Promise<unknown[]> {
  const tables = ['figure_day', 'figure_bulletin_day', 'figure_reach', 'figure_closing'];
  const rows = await Promise.all(
    tables.map((table) => database.query<{ line: string }>(`SELECT ${table}::text AS line FROM ${table} ORDER BY 1`)),
  );
  return rows.flat().map(({ line }) => line);
}
