import { Accounts } from '@carers/access';
import { type Cardholder, Cards } from '@carers/cards';
import { Database } from '@carers/database';
import {
  filterFromQuery,
  InformationService,
  queryOf,
  Segments,
  type Subscriber,
  SubscriberFacets,
  subscriberFilter,
} from '@carers/information-service';
import { SchemeService } from '@carers/places';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Secret, TOTP } from 'otpauth';
import { type Sought, Subscribers } from '../../libs/information-service/src/list/subscribers.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import { manySubscribers } from '../support/many-subscribers.js';
import { Browser } from './access-browser.js';

const list = '/staff/subscribers';
let program: TestApp;
let given: Given;
let database: Database;
let officer: Browser;
let service: string;
let actor: { kind: 'account'; id: string };

beforeAll(async () => {
  program = await startTestApp();
  given = new Given(program);
  database = program.get(Database);
  await given.scheme();
  service = (await program.get(SchemeService).current()).carersServices[0]!.id;
  const email = 'olive@example.org';
  const id = await database.transaction(async (tx) => {
    const account = await program.get(Accounts).ensure(tx, { email, name: 'Olive Ofori' });
    await program.get(Accounts).grant(tx, account, 'carers_service_officer', { kind: 'carers_service', id: service });
    return account;
  });
  actor = { kind: 'account', id };
  officer = new Browser(program);
  await officer.signIn(email);
  const setUp = await officer.get('/sign-in/second-factor/set-up');
  const secret = /<bdi dir="ltr">([A-Z2-7 ]+)<\/bdi>/.exec(setUp.text)![1]!.replace(/ /g, '');
  const code = TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: program.clock.now().getTime() });
  await officer.submit('/sign-in/second-factor/set-up', { code });
  await manySubscribers(database.pool, 6_000);
});
afterAll(() => program?.close());

const plan = async (text: string, values: unknown[]) =>
  (await database.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values))
    .map((row) => row['QUERY PLAN'])
    .join('\n');

/** Puts a cardholder on the list. */
async function registered(cardholder: Cardholder): Promise<Subscriber> {
  const { subscriber } = await database.transaction((tx) =>
    program.get(InformationService).register(tx, {
      cardholder,
      source: { kind: 'application' },
      consents: [],
      how: 'web',
      actor: { kind: 'system', id: 'test' },
    }),
  );
  return subscriber;
}

describe('the list of thousands', () => {
  const soughtFor = (query: string): Sought => {
    const { name, ...filter } = Object.fromEntries(new URLSearchParams(query));
    return { filter: filterFromQuery(filter), ...(name && { name }) };
  };

  it.each([
    '',
    'standing=left',
    'role=parent_carer',
    'topic=money',
    'channel=email',
    'source=paper',
    'language=pl',
    'format=easy_read',
    'age=under_13',
    'code=GP7',
    'since=2026-10-01',
    'standing=paused',
    'card=with',
    'name=last12',
    'name=zo',
  ])('is read in index order, and not from end to end, for %s', async (query) => {
    const { text, values } = program.get(Subscribers).pageStatement(soughtFor(query), [service], {});
    const steps = await plan(text, values);
    expect(steps).toMatch(/Index (Only )?Scan/);
    expect(steps).not.toMatch(/Seq Scan on (subscriber|cardholder|card)\b/);
  });

  it.each(['', 'topic=money', 'channel=email', 'purpose=business_offers', 'card=with', 'card=without', 'region'])(
    'is counted in an index alone for %s',
    async (query) => {
      const { regions } = await program.get(SchemeService).current();
      const { id } = regions.find(({ carersServiceId }) => carersServiceId === service)!;
      const { filter } = soughtFor(query === 'region' ? `region=${id}` : query);
      const { text, values } = program.get(Segments).countStatement(filter, [service]);
      // Few thousand people are read from end to end as fast: what is asked is whether the index holds all that it takes.
      const steps = await database.transaction(async (tx) => {
        await tx.query('SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off');
        return JSON.stringify(await tx.query(`EXPLAIN ${text}`, values));
      });
      expect(steps).toContain('Index Only Scan using ix_subscriber__counts');
    },
  );

  it.each(['last12', 'zo'])('is counted for the name %s by the index of names', async (name) => {
    const { text, values } = program.get(Segments).countStatement({ standing: 'on' }, [service], name);
    const steps = await plan(text, values);
    expect(steps).toContain('ix_cardholder__name');
    expect(steps).not.toMatch(/Seq Scan on (subscriber|cardholder)\b/);
  });

  it('counts people and reach at once, as counting each by itself does', async () => {
    const filter = filterFromQuery({ role: ['parent_carer', 'young_carer'], topic: 'emergencies' });
    const found = await program.get(Segments).count(filter, [service]);
    const { sql, params } = program.get(Segments).where(filter, 2);
    const one = async (condition: string) =>
      (
        await database.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM subscriber s WHERE s.carers_service_id = $1 AND ${sql} AND ${condition}`,
          [service, ...params],
        )
      )[0]!.n;
    expect(found.people).toBe(await one('true'));
    expect(found.people).toBeGreaterThan(0);
    for (const { purpose, channel, people } of found.reach) {
      const said = `EXISTS (SELECT 1 FROM subscription x WHERE x.subscriber_id = s.id AND x.active
        AND x.purpose = '${purpose}' AND x.channel = '${channel}')`;
      expect([purpose, channel, people]).toEqual([purpose, channel, await one(said)]);
    }
  });

  it('keeps in step with what people say', async () => {
    const [row] = await database.query<{ id: string; reach: string[] }>(
      `SELECT id, reach FROM subscriber WHERE 'carers_information email' = ANY(reach) ORDER BY id LIMIT 1`,
    );
    await database.query(
      `UPDATE subscription SET active = false WHERE subscriber_id = $1 AND channel = 'email' AND purpose = 'carers_information'`,
      [row!.id],
    );
    const [after] = await database.query<{ reach: string[] }>('SELECT reach FROM subscriber WHERE id = $1', [row!.id]);
    expect(after!.reach).toEqual(row!.reach.filter((each) => each !== 'carers_information email'));
  });

  it('lets people grow older', async () => {
    const { cardholder } = await given.card({ birthDate: '2008-12-01', caringRoles: ['young_carer'] });
    const subscriber = await registered(cardholder);
    const kept = async () =>
      (
        await database.query('SELECT caring_roles AS roles, age_band AS age FROM subscriber WHERE id = $1', [
          subscriber.id,
        ])
      )[0];
    const young = await kept();
    program.clock.advance({ days: 11 });
    await database.transaction((tx) => program.get(SubscriberFacets).refresh(tx, [subscriber.id]));
    const grown = await kept();
    program.clock.advance({ days: -11 });
    expect([young, grown]).toEqual([
      { roles: expect.arrayContaining(['young_carer']), age: '13_to_17' },
      { roles: expect.arrayContaining(['adult_carer']), age: '18_to_25' },
    ]);
    expect((grown as { roles: string[] }).roles).not.toContain('young_carer');
  });
});

describe('who has a card', () => {
  const found = async (card: 'with' | 'without', cardholderId: string) => {
    const { sql, params } = program.get(Segments).where({ standing: 'on', card }, 2);
    return (
      await database.query(`SELECT 1 FROM subscriber s WHERE s.cardholder_id = $1 AND ${sql}`, [
        cardholderId,
        ...params,
      ])
    ).length;
  };

  it('is known when they register, and when their card ends', async () => {
    const { cardholder, card } = await given.card();
    await registered(cardholder);
    expect([await found('with', cardholder.id), await found('without', cardholder.id)]).toEqual([1, 0]);
    await database.transaction((tx) => program.get(Cards).revoke(tx, card.id, 'left', actor));
    expect([await found('with', cardholder.id), await found('without', cardholder.id)]).toEqual([0, 1]);
  });

  it('is known when they get another, and when its last day has passed', async () => {
    const { cardholder, card } = await given.card();
    await registered(cardholder);
    await database.transaction((tx) => program.get(Cards).replaceLost(tx, card.id, actor));
    expect([await found('with', cardholder.id), await found('without', cardholder.id)]).toEqual([1, 0]);
    await database.query(
      `UPDATE card SET valid_from = '2025-01-01', valid_until = '2026-01-01' WHERE cardholder_id = $1`,
      [cardholder.id],
    );
    expect([await found('with', cardholder.id), await found('without', cardholder.id)]).toEqual([0, 1]);
  });

  it('is told of everybody as their cards tell it', async () => {
    const wrong = await database.query(
      'SELECT id FROM subscriber WHERE card_until IS DISTINCT FROM card_until_of(cardholder_id)',
    );
    expect(wrong).toEqual([]);
  });

  it('is known of somebody who registers while their card is being issued', async () => {
    const { cardholder, card } = await given.card();
    await database.transaction((tx) => program.get(Cards).revoke(tx, card.id, 'left', actor));
    const issuing = await database.pool.connect();
    const registering = await database.pool.connect();
    try {
      await issuing.query('BEGIN');
      await issuing.query('SELECT FROM cardholder WHERE id = $1 FOR UPDATE', [cardholder.id]);
      const [columns, kept] = [
        'carers_service_id, region_id, source_kind, registered_at, format, locale, topics, link_version',
        'source_kind, registered_at, format, locale, topics, link_version',
      ];
      const waiting = registering.query(
        `INSERT INTO subscriber (id, cardholder_id, ${columns})
         SELECT gen_random_uuid(), $1, carers_service_id, region_id, ${kept} FROM subscriber LIMIT 1`,
        [cardholder.id],
      );
      await issuing.query(`UPDATE card SET status = 'active', end_reason = NULL, ended_at = NULL WHERE id = $1`, [
        card.id,
      ]);
      await issuing.query('COMMIT');
      await waiting;
    } finally {
      issuing.release();
      registering.release();
    }
    expect([await found('with', cardholder.id), await found('without', cardholder.id)]).toEqual([1, 0]);
  });
});

describe('a name', () => {
  it('is found by any three letters, by the first one or two, and without its accents', async () => {
    const { cardholder } = await given.card({ firstName: 'Zoë', lastName: 'Quÿnn-Oyston' });
    await registered(cardholder);
    const peopleFor = async (name: string) => {
      const { lines } = await program.get(Subscribers).list({ filter: { standing: 'on' }, name }, null);
      const counted = await program.get(Segments).count({ standing: 'on' }, null, name);
      expect(counted.people).toBe(lines.length);
      return lines.map(({ firstName }) => firstName);
    };
    for (const name of ['z', 'Q', 'qu', 'ZÖ', 'ynn', 'zoe quy', 'n-o'])
      expect([name, await peopleFor(name)]).toEqual([name, ['Zoë']]);
    // In the middle of it, where two letters are in most names.
    for (const name of ['yn', 'oe', '_', '%']) expect([name, await peopleFor(name)]).toEqual([name, []]);
  });
});

describe('a filter', () => {
  it('comes back from its address as it went', () => {
    const some = <T extends string>(...values: T[]) =>
      fc.option(fc.subarray(values, { minLength: 1 }), { nil: undefined });
    const filters = fc.record({
      role: some('young_carer', 'parent_carer'),
      topic: some('breaks', 'money'),
      channel: some('email', 'post', 'text'),
      code: some('A & B', 'GP=7', '50%'),
      since: fc.constantFrom('2026-01-31', undefined),
      card: fc.constantFrom('with' as const, 'without' as const, undefined),
      standing: fc.constantFrom('on' as const, 'left' as const, 'all' as const, 'paused' as const),
    });
    fc.assert(
      fc.property(filters, (given) => {
        const filter = subscriberFilter.parse(JSON.parse(JSON.stringify(given)));
        const search = new URLSearchParams(queryOf(filter));
        const read = filterFromQuery(
          Object.fromEntries(
            [...search.keys()].map((key) => [
              key,
              search.getAll(key).length > 1 ? search.getAll(key) : search.get(key),
            ]),
          ),
        );
        expect(queryOf(read)).toBe(queryOf(filterFromQuery(filter as Record<string, unknown>)));
        expect(subscriberFilter.parse(read)).toEqual(read);
      }),
    );
  });

  it('is refused in a saved form that says something unknown, for it would mean more people', () => {
    expect(() => subscriberFilter.parse({ role: ['pirate'] })).toThrow();
    expect(() => subscriberFilter.parse({ town: ['Poole'] })).toThrow();
  });

  it('is saved under a name, opened, changed and deleted', async () => {
    const saved = await officer.submit(`${list}/segments/new?role=parent_carer`, { name: 'Parents' });
    const opened = saved.headers['location'] as string;
    expect(opened).toMatch(/^\/staff\/subscribers\?role=parent_carer&segment=/);
    const { text } = await officer.get(opened);
    expect(text).toContain('Saved filter: Parents');
    expect(text).toMatch(/[\d,]+ people found/);
    const id = new URLSearchParams(opened.split('?')[1]).get('segment')!;
    const again = await officer.submit(`${list}/segments/new?role=former_carer`, { name: 'PARENTS' });
    expect([again.status, again.text.includes('Enter another name')]).toEqual([422, true]);
    const page = `${list}/segments/${id}`;
    expect((await officer.submit(page, { name: 'Mums and dads', version: '1' })).status).toBe(303);
    // Whoever opened it before the other's change does not undo it unseen.
    expect((await officer.submit(page, { name: 'Mine', version: '1' })).status).toBe(409);
    const changed = await officer.submit(page, { version: '2' }, `${page}/filter?role=parent_carer&channel=post`);
    expect(changed.status).toBe(303);
    expect((await program.get(Segments).find(id, [service])).filter).toEqual({
      role: ['parent_carer'],
      channel: ['post'],
      standing: 'on',
    });
    expect((await officer.submit(page, { version: '3' }, `${page}/delete`)).status).toBe(303);
    expect((await officer.get(page)).status).toBe(404);
  });

  it('of another carers service does not exist', async () => {
    const other = (await program.get(SchemeService).current()).carersServices[1]!.id;
    const { id } = await program
      .get(Segments)
      .save({ carersServiceId: other, name: 'Theirs', filter: { standing: 'on' } }, actor);
    expect((await officer.get(`${list}/segments/${id}`)).status).toBe(404);
    expect((await officer.get(list)).text).not.toContain('Theirs');
  });
});
