import { randomUUID } from 'node:crypto';
import { Database } from '@carers/database';
import { type ConsentAnswer, InformationService, type SourceKind, type Subscriber } from '@carers/information-service';
import { Places, SchemeService } from '@carers/places';
import { flows, ServiceFigures, stocks } from '@carers/service-figures';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import type { Browser } from './access-browser.js';
import { staffOf } from './applications-support.js';

const base = '/staff/information-service/figures';
const actor = { kind: 'applicant', id: 'test' } as const;
const poole = 'BH15 1HJ';
const dorchester = 'DT1 1XJ';

let program: TestApp;
let database: Database;
let figures: ServiceFigures;
let given: Given;
let here: string;
let there: string;
let officer: Browser;
let commissioner: Browser;

/** October: 6 by application and 2 by a referrer in Poole, 1 in Dorchester. November: 5 more in Poole; 3 leave, 1 comes back. */
beforeAll(async () => {
  program = await startTestApp({ at: '2026-10-05T10:00:00Z' });
  database = program.get(Database);
  figures = program.get(ServiceFigures);
  given = new Given(program);
  await given.scheme();
  const serviceOf = async (postcode: string) => {
    const { regionId } = await program.get(Places).find(postcode);
    return (await program.get(SchemeService).regions()).find(({ id }) => id === regionId)!.carersServiceId;
  };
  [here, there] = [await serviceOf(poole), await serviceOf(dorchester)];
  const october: Subscriber[] = [];
  for (let at = 0; at < 6; at++) october.push(await join(poole, 'application', ['email', 'post']));
  for (let at = 0; at < 2; at++) october.push(await join(poole, 'referrer', ['post']));
  await join(dorchester, 'application', []);
  program.clock.set('2026-11-10T10:00:00Z');
  for (let at = 0; at < 5; at++) await join(poole, 'web', ['email']);
  const service = program.get(InformationService);
  for (const { id } of october.slice(0, 3)) await database.transaction((tx) => service.leave(tx, id, 'link', actor));
  program.clock.set('2026-11-12T10:00:00Z');
  const yes = { purpose: 'carers_information', channel: 'email' } as const;
  await database.transaction((tx) => service.give(tx, october[0]!.id, yes, 'web', actor));
  await bulletin(october);
  program.clock.set('2026-11-21T10:00:00Z');
  officer = await staffOf(program, 'carers_service_officer', 'olive', { kind: 'carers_service', id: here });
  await database.pool.query('TRUNCATE rate_limit');
  commissioner = await staffOf(program, 'commissioner', 'carl');
}, 60_000);
afterAll(() => program?.close());

async function join(postcode: string, kind: SourceKind, channels: ConsentAnswer['channel'][]): Promise<Subscriber> {
  const { cardholder } = await given.card({ postcode, lastName: 'Quillfeather', email: 'q@example.org' });
  const consents = channels.map((channel) => ({ purpose: 'carers_information', channel, given: true }) as const);
  const { subscriber } = await database.transaction((tx) =>
    program.get(InformationService).register(tx, { cardholder, source: { kind }, consents, how: 'web', actor }),
  );
  return subscriber;
}

/** One bulletin of November to the people of October: six copies of 50p each, one of them bounced, and one held. */
async function bulletin(people: readonly Subscriber[]): Promise<void> {
  const [id, batch] = [randomUUID(), randomUUID()];
  await database.query(
    `INSERT INTO bulletin (id, carers_service_id, purpose, title, slug, state, created_by, created_at, updated_at, frozen, frozen_at)
       SELECT '${id}', '${here}', 'carers_information', 'News', 'news', 'sent', gen_random_uuid(), $1, $1, '{}', $1`,
    [program.clock.now()],
  );
  await database.query(
    `INSERT INTO delivery_batch (id, bulletin_id, channel, number, people, state, turn, tries, due_at)
       VALUES ('${batch}', '${id}', 'email', 1, 7, 'done', 1, 0, $1)`,
    [program.clock.now()],
  );
  const states = ['sent', 'sent', 'sent', 'sent', 'delivered', 'bounced', 'held'];
  for (const [at, state] of states.entries())
    await database.query(
      `INSERT INTO delivery (id, bulletin_id, subscriber_id, batch_id, channel, state, held, tries, doubts, sent_at, settled_at, cost_pence)
       VALUES (gen_random_uuid(), '${id}', $1, '${batch}', 'email', $2, $3, 1, 0, $4, $4, $5)`,
      [people[at]!.id, state, state === 'held' ? 'paused' : null, program.clock.now(), state === 'held' ? null : 50],
    );
}

const months = async (flow: (typeof flows)[number], asOf = '2026-11-21', scope: string[] | null = [here]) =>
  (await figures.byMonth(flow, asOf, scope)).map(({ month, number }) => [month.slice(0, 7), number]);
const shown = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

describe('figures of the carers service', () => {
  it('count what happened, by month, source, channel and region', async () => {
    expect(await months('signed_up')).toEqual([['2026-10', 8], ['2026-11', 5]]); // prettier-ignore
    expect(await months('signed_up', '2026-11-21', null)).toEqual([['2026-10', 9], ['2026-11', 5]]); // prettier-ignore
    expect(await months('left')).toEqual([['2026-11', 3]]);
    expect(await months('came_back')).toEqual([['2026-11', 1]]);
    expect(await months('withdrew')).toEqual([['2026-11', 6]]);
    expect(await months('sent')).toEqual([['2026-11', 6]]);
    expect(await months('bounced')).toEqual([['2026-11', 1]]);
    expect(await months('not_sent')).toEqual([['2026-11', 1]]);
    expect(await figures.byMonth('sent', '2026-11-21', [here])).toMatchObject([{ pence: 300 }]);
    expect(await figures.reached('2026-11-21', [here])).toEqual([{ month: '2026-11-01', people: 6 }]);
    const bySource = await figures.byMonth('signed_up', '2026-11-21', [here], 'source');
    expect(bySource.map(({ part, number }) => [part, number])).toEqual([['application', 6], ['referrer', 2], ['web', 5]]); // prettier-ignore
    expect(await figures.at('on_list', '2026-11-21', [here])).toEqual([{ part: null, people: 11 }]);
    expect(await figures.at('reachable', '2026-11-21', [here], 'channel')).toEqual([
      { part: 'email', people: 9 },
      { part: 'post', people: 5 },
    ]);
    expect(await figures.at('unreachable', '2026-11-21', null)).toEqual([{ part: null, people: 1 }]);
  });

  it('stay as they were for a day that is past', async () => {
    expect(await months('signed_up', '2026-10-31')).toEqual([['2026-10', 8]]);
    expect(await figures.at('on_list', '2026-10-31', [here])).toEqual([{ part: null, people: 8 }]);
    expect(await figures.at('on_list', '2026-11-11', [here])).toEqual([{ part: null, people: 10 }]);
    expect((await figures.at('reachable', '2026-11-11', [here], 'channel')).map(({ people }) => people)).toEqual([
      8, 5,
    ]);
    expect((await figures.lengths('2026-11-21', [here])).slice(-3).map(({ people }) => people)).toEqual([0, 8, 11]);
  });

  it('follow somebody who moves to another service', async () => {
    const moved = await join(poole, 'application', ['email']);
    await database.query(
      `INSERT INTO registration_event (id, subscriber_id, number, fact, carers_service_id, region_id, at, how, asked_by_kind, asked_by_id, changes)
         SELECT gen_random_uuid(), subscriber_id, 2, 'moved', '${there}', region_id, at + interval '1 hour', how, asked_by_kind, asked_by_id, changes
           FROM registration_event WHERE subscriber_id = '${moved.id}'`,
    );
    expect((await figures.lengths('2026-11-21', [here])).at(-1)!.people).toBe(11);
    expect((await figures.lengths('2026-11-21', [there])).at(-1)!.people).toBe(2);
    expect(await figures.at('on_list', '2026-11-21', [there])).toEqual([{ part: null, people: 2 }]);
    // What they said to the service before is not said to this one.
    expect(await figures.at('reachable', '2026-11-21', [there], 'channel')).toEqual([]);
    // Nobody else of this file counts with them.
    await database.query(
      `ALTER TABLE registration_event DISABLE TRIGGER USER; ALTER TABLE consent_event DISABLE TRIGGER USER`,
    );
    for (const table of ['registration_event', 'consent_event', 'subscription'])
      await database.query(`DELETE FROM ${table} WHERE subscriber_id = '${moved.id}'`);
    await database.query(
      `ALTER TABLE registration_event ENABLE TRIGGER USER; ALTER TABLE consent_event ENABLE TRIGGER USER`,
    );
  });

  it('open to just the rows that they count', async () => {
    for (const flow of flows)
      for (const { month, number } of await figures.byMonth(flow, '2026-11-21', [here])) {
        const asked = { figure: flow, month, part: null };
        const rows = await figures.rows(asked, '2026-11-21', [here], null);
        expect([flow, rows.rows.length]).toEqual([flow, number]);
      }
    for (const stock of stocks.filter((each) => each !== 'reachable')) {
      const people = (await figures.at(stock, '2026-11-21', [here]))[0]?.people ?? 0;
      const { rows } = await figures.rows({ figure: stock, month: null, part: null }, '2026-11-21', [here], null);
      expect([stock, rows.length]).toEqual([stock, people]);
    }
    // Page by page nobody is lost or met twice, though many happened at one moment.
    const ids: string[] = [];
    let after: { at: Date; id: string } | null = null;
    for (let more = true; more;) {
      const page = await figures.rows({ figure: 'reachable', month: null, part: null }, '2026-11-21', [here], after, 3);
      ids.push(...page.rows.map(({ id }) => id));
      after = page.rows.at(-1) ?? null;
      more = page.more;
    }
    expect(new Set(ids).size).toBe(14);
    expect(ids).toHaveLength(14);
  });

  it('are shown to officers exactly, with charts, tables and persons of their own service', async () => {
    const { text } = await officer.get(base);
    expect(text).toContain('<svg');
    expect(shown(text)).toContain('Nov 2026 5 1 3 11');
    expect(shown(text)).toContain('Nov 2026 6 1 1 6 £0.50');
    const rows = await officer.get(`${base}/rows?figure=signed_up&month=2026-10-01&by=source&value=referrer`);
    expect(rows.text.match(/Margaret Quillfeather/g)).toHaveLength(2);
    expect((await officer.get(`${base}?asOf=2026-10-31`)).text).not.toContain('Nov 2026');
    expect((await officer.get(`${base}/rows?figure=nonsense&month=x&by=y&value=%27`)).status).toBe(200);
  });

  it('are shown to a commissioner for whole months, without small groups and without anybody', async () => {
    const { text } = await commissioner.get(base);
    expect(text).toContain('31 October 2026');
    expect(shown(text)).toContain('Oct 2026 9 0 0 9');
    expect(text).not.toContain('Nov 2026');
    // 7 by application would give away the 2 by referrer, for the month's sum is 9.
    expect(shown(text)).toContain('Oct 2026 fewer than 5 fewer than 5');
    const open = await commissioner.get(`${base}/rows?figure=signed_up&month=2026-10-01&asOf=2026-10-31`);
    expect(open.text).toContain('5 October 2026');
    const few = await commissioner.get(`${base}/rows?figure=signed_up&month=2026-10-01&by=source&value=referrer`);
    expect(few.text).toContain('These are too few to show');
    const late = await commissioner.get(`${base}/rows?figure=signed_up&month=2026-11-01&asOf=2026-11-20`);
    expect(late.text).toContain('These are too few to show');
    for (const page of [text, open.text, few.text, late.text]) {
      expect(page).not.toContain('Quillfeather');
      expect(page).not.toContain('/staff/subscribers/');
    }
  });

  it('come as a file of what the page shows', async () => {
    const token = /name="_csrf" value="([^"]+)"/.exec((await commissioner.get(base)).text)![1]!;
    const file = await commissioner.agent.post(`${base}/export`).type('form').send({ _csrf: token });
    const lines = parse<Record<string, string>>(file.text, { bom: true, columns: true });
    const october = lines.filter(({ Month, Figure }) => Month === '2026-10' && Figure === 'Signed up');
    expect(october.map(({ Part, Number: number }) => [Part, number])).toContainEqual(['', '9']);
    expect(october.map(({ Part, Number: number }) => [Part, number])).toContainEqual(['Referrer', 'fewer than 5']);
    expect(lines.every(({ 'What it counts': meaning }) => meaning)).toBe(true);
    expect(file.text).not.toContain('Quillfeather');
  });
});
