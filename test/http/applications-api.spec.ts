import { ApplicationInput } from '@carers/applications';
import { Database } from '@carers/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { applicationOf, schemeWith } from './applications-support.js';

let program: TestApp;
let database: Database;

const { example } = ApplicationInput.meta() as unknown as { example: ApplicationInput };

beforeAll(async () => {
  program = await startTestApp();
  await schemeWith(program);
  database = program.get(Database);
});
afterAll(() => program?.close());
beforeEach(() => database.pool.query('TRUNCATE rate_limit'));

function post(body: object, key?: string) {
  const request = program.browser().post('/api/v1/applications');
  return key ? request.set('Idempotency-Key', key).send(body) : request.send(body);
}

const person = (lastName: string, changes: object = {}) => ({
  ...example,
  lastName,
  birthDate: `19${60 + (lastName.length % 30)}-0${1 + (lastName.charCodeAt(0) % 9)}-11`,
  contact: { channel: 'email', email: `${lastName.toLowerCase()}@example.org` },
  ...changes,
});

async function hoursOf(lastName: string) {
  const [row] = await database.query<{ hours: number | null }>(
    'SELECT hours_of_caring AS hours FROM cardholder WHERE last_name = $1',
    [lastName],
  );
  return row!.hours;
}

describe('POST /api/v1/applications', () => {
  it('takes the example of its own description, and the card follows by the channel asked for', async () => {
    const { status, body } = await post(example);
    expect(status).toBe(201);
    expect(body).toEqual({ reference: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/) });
    const [message] = (await program.outbox()).filter(({ subject }) => subject.includes('is ready'));
    expect(message!.to).toBe('morag.tideswell@example.org');
    expect(await applicationOf(program, 'Tideswell')).toMatchObject({ state: 'approved' });
    expect(await hoursOf('Tideswell')).toBe(30);
    for (const [lastName, hoursOfCaring] of [
      ['Silent', undefined],
      ['Mute', null],
    ] as const) {
      expect((await post(person(lastName, { hoursOfCaring }))).status).toBe(201);
      expect(await hoursOf(lastName)).toBeNull();
    }
  });

  it('answers a repeated request with the same reference, and makes nothing twice', async () => {
    const body = person('Repeated');
    const [first, second, third] = await Promise.all([post(body, 'key-1'), post(body, 'key-1'), post(body, 'key-1')]);
    const later = await post(body, 'key-1');
    expect([first, second, third, later].map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(
      new Set([first, second, third, later].map((each) => (each.body as { reference: string }).reference)).size,
    ).toBe(1);
    expect(await database.query("SELECT 1 FROM application WHERE last_name = 'Repeated'")).toHaveLength(1);
    const other = await post(person('Different'), 'key-1');
    expect(other.status).toBe(409);
    expect(other.headers['content-type']).toContain('application/problem+json');
  });

  it('lists every field that is not right, by its path', async () => {
    const { status, body, headers } = await post({
      ...example,
      firstName: ' ',
      birthDate: '2027-01-01',
      lookedAfter: [],
      address: { lines: [], postcode: '' },
      contact: { channel: 'fax' },
    });
    expect(status).toBe(422);
    expect(headers['content-type']).toContain('application/problem+json');
    const { errors } = body as { errors: { field: string; message: string }[] };
    expect(errors.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['firstName', 'lookedAfter', 'address.lines', 'address.postcode', 'contact.channel']),
    );
    expect(errors.every(({ message }) => !message.includes(':') && message.length > 5)).toBe(true);
  });

  it.each([
    ['a birth date to come', { birthDate: '2027-01-01' }, 'birthDate'],
    ['a child younger than the scheme takes', { birthDate: '2024-01-01' }, 'birthDate'],
    ['a child whose adult is missing', { birthDate: '2015-01-01' }, 'agreement'],
    ['more hours than a week has', { hoursOfCaring: 169 }, 'hoursOfCaring'],
    ['no hours', { hoursOfCaring: 0 }, 'hoursOfCaring'],
    ['half hours', { hoursOfCaring: 7.5 }, 'hoursOfCaring'],
    ['hours in words', { hoursOfCaring: '30' }, 'hoursOfCaring'],
    ['a postcode that is none', { address: { lines: ['1 Way'], postcode: 'NOWHERE' } }, 'address.postcode'],
    ['a home elsewhere', { address: { lines: ['1 Way'], postcode: 'SP1 2AA' } }, 'address.postcode'],
    [
      'another person elsewhere',
      { address: { lines: ['1 Way'], postcode: 'SP1 2AA' }, caredForPostcode: 'SP1 2AB' },
      'caredForPostcode',
    ],
    ['a channel without its address', { contact: { channel: 'text' } }, 'contact.mobile'],
    ['an address that is none', { contact: { channel: 'email', email: 'me at home' } }, 'contact.email'],
    ['somebody who is paid', { unpaid: false }, 'unpaid'],
    ['no declaration', { declaration: false }, 'declaration'],
  ])('refuses %s at the field', async (_, change, field) => {
    const { status, body } = await post(person('Refused', change));
    expect(status).toBe(422);
    expect((body as { errors: { field: string }[] }).errors.map((error) => error.field)).toEqual([field]);
  });

  it('refuses a key that it cannot keep, for without it the same application would come in twice', async () => {
    for (const key of ['k'.repeat(256), ' ']) {
      const { status, body } = await post(person('Unkept'), key);
      expect(status).toBe(422);
      expect((body as { errors: { field: string }[] }).errors[0]!.field).toBe('Idempotency-Key');
    }
    expect(await database.query(`SELECT id FROM application WHERE last_name = 'Unkept'`)).toEqual([]);
  });

  it('takes a consent for a yes only where one was given, and never one for a channel without an address', async () => {
    const consents = [
      { purpose: 'carers_information', channel: 'post', given: true },
      { purpose: 'carers_information', channel: 'text', given: true },
    ];
    await post(person('Consenting', { consents }));
    const said = await database.query(
      `SELECT purpose, channel, decision FROM consent_event JOIN subscriber ON subscriber.id = subscriber_id
         JOIN application ON application.cardholder_id = subscriber.cardholder_id
        WHERE last_name = 'Consenting' AND decision = 'given'`,
    );
    expect(said).toEqual([{ purpose: 'carers_information', channel: 'post', decision: 'given' }]);
  });

  it('answers the same whether or not somebody is known, and lets a person look', async () => {
    const first = await post(person('Known'));
    const again = await post(person('Known'));
    expect(Object.keys(again.body as object)).toEqual(Object.keys(first.body as object));
    expect(again.status).toBe(201);
    const rows = await database.query(
      "SELECT state, waits_for FROM application WHERE last_name = 'Known' ORDER BY state",
    );
    expect(rows).toEqual([
      { state: 'approved', waits_for: [] },
      { state: 'submitted', waits_for: ['duplicates'] },
    ]);
  });

  it('of the same person twice at the same moment issues one card', async () => {
    await Promise.all(Array.from({ length: 4 }, () => post(person('Parallel'))));
    const rows = await database.query<{ state: string }>(
      "SELECT state FROM application WHERE last_name = 'Parallel' ORDER BY state",
    );
    expect(rows.map(({ state }) => state)).toEqual(['approved', 'submitted', 'submitted', 'submitted']);
  });

  it('slows down one address that sends without end', async () => {
    const limit = await Promise.all(Array.from({ length: 125 }, () => post(person('Flood'), 'flood')));
    const refused = limit.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!.headers['retry-after']).toBeDefined();
  });

  it('is described with an example', async () => {
    const { body } = await program.browser().get('/api/openapi.json');
    const { paths, components } = body as {
      paths: Record<string, { post: { requestBody: unknown } }>;
      components: { schemas: Record<string, { example?: unknown; examples?: unknown[] }> };
    };
    expect(paths['/api/v1/applications']!.post.requestBody).toBeDefined();
    const { example: shown, examples } = components.schemas['ApplicationInput']!;
    expect(shown ?? examples?.[0]).toEqual(example);
  });
});
