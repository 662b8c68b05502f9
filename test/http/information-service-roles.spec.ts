import { Accounts } from '@carers/access';
import { Cardholder } from '@carers/cards';
import { Database } from '@carers/database';
import { ServiceKeys, Subscriber } from '@carers/information-service';
import { SchemeService } from '@carers/places';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import type { Browser } from './access-browser.js';
import { staffBrowser } from './staff-browser.js';
import { wholeWorld, type WholeWorld } from './whole-world.js';

/** What a route is about, and so who may do what there. A route that is in none of these fails. */
const kinds = {
  /** A thing or a person of one carers service: for officers of another it does not exist. */
  object: [
    /^\/staff\/subscribers\/segments\/:id(?:\/(?:filter|delete))?$/,
    /^\/staff\/subscribers\/:id(?:\/(?:leave|situation|died|caring-ended|caring-goes-on|hold|lift\/:reason|release\/:channel))?$/,
    /^\/staff\/information-service\/import\/:id(?:\/(?:columns|decide|commit|drop|errors\.csv))?$/,
    /^\/staff\/information-service\/keys\/:key\/(?:rotate|revoke)$/,
    /^\/staff\/information-service\/webhooks\/:id(?:\/(?:test|on|off|old-secret|remove|secret|replay|failed\/replay|deliveries\/:delivery\/replay))?$/,
    /^\/staff\/information-service\/hand-overs\/:id(?:\/(?:call|register))?$/,
    /^\/staff\/information-service\/bulletins\/:id(?:\/(?:texts|delete|test|preview(?:\/(?:email\.html|letter\.pdf))?))?$/,
    /^\/staff\/information-service\/bulletins\/:id\/texts\/:locale\/:edition(?:\/remove)?$/,
    /^\/staff\/information-service\/bulletins\/:id\/pictures(?:\/:number(?:\/remove)?)?$/,
    /^\/staff\/information-service\/bulletins\/:id\/send(?:\/(?:audience|confirm|approve|send-back|pause|resume|cancel|retry))?$/,
    /^\/staff\/information-service\/bulletins\/:id\/(?:deliveries(?:\.csv)?|print\.(?:pdf|csv)|print\/(?:handed-over|again))$/,
    /^\/staff\/information-service\/referrers\/:id(?:\/(?:change|end|resume|new-link|leaflet\.pdf|pad\.pdf))?$/,
  ],
  /** What everybody has one of: a list, a form, figures. Each officer sees their own service's there. */
  own: [
    /^\/staff\/subscribers(?:\/export|\/segments\/new)?$/,
    /^\/staff\/information-service\/(?:register|returned-post|import|keys|webhooks(?:\/new)?)$/,
    /^\/staff\/information-service\/(?:bulletins|referrers)(?:\/new)?$/,
    /^\/staff\/information-service\/hand-overs$/,
    /^\/staff\/automatic-messages$/,
    /^\/staff\/automatic-messages\/:slug(?:\/(?:switch|test|preview(?:\/email\.html)?|words\/:locale(?:\/history)?))?$/,
  ],
  /** The same, and commissioners see sums of all. */
  figures: [/^\/staff\/information-service\/figures(?:\/(?:rows|export))?$/],
  /** By the key of a service. */
  api: [/^\/api\/v1\/subscribers(?:\/:id(?:\/leave)?)?$/],
  /** For registrars, who know people by their card. */
  registrar: [/^\/staff\/leaving\/:holder$/, /^\/staff\/addresses(?:\/release)?$/],
  /** By a link, a code or the session of the person themselves: their own specs have these. */
  person: [/^\/(?:preferences|carers-service|r|referrer|bulletins|account\/(?:preferences|leave))(?:\/|$)/],
} as const;
type Kind = keyof typeof kinds;

/** Everything under these is of the carers service. */
const parts =
  /^\/(?:staff\/(?:subscribers|information-service|automatic-messages|leaving|addresses)|api\/v1\/subscribers|preferences|carers-service|r|referrer|bulletins|account\/(?:preferences|leave))(?:\/|$)/;

const kindOf = (url: string) => (Object.keys(kinds) as Kind[]).find((kind) => kinds[kind].some((one) => one.test(url)));
const safe = ['GET', 'HEAD'];

let world: WholeWorld;
let database: Database;
let here: string;
let elsewhere: string;
let walk: { method: string; url: string; kind: Kind; path: string }[];
let names: string[];
let officerElsewhere: Browser;
let officerHere: Browser;
let keyElsewhere: string;

beforeAll(async () => {
  world = await wholeWorld();
  const { program } = world;
  database = program.get(Database);
  const { carersServices } = await program.get(SchemeService).current();
  // Nothing of this world belongs to one of the services, so that all of it is somebody else's for its officers.
  const taken = await database.query<{ id: string }>(
    `SELECT carers_service_id AS id FROM subscriber UNION SELECT carers_service_id FROM bulletin
      UNION SELECT carers_service_id FROM segment UNION SELECT carers_service_id FROM subscriber_import
      UNION SELECT carers_service_id FROM service_key UNION SELECT carers_service_id FROM referrer`,
  );
  const ours = new Set(taken.map(({ id }) => id));
  elsewhere = carersServices.find(({ id }) => !ours.has(id))!.id;
  here = (await database.reader.findOneOrFail(Subscriber, { where: {}, order: { id: 'ASC' } })).carersServiceId;
  officerElsewhere = await officerOf('elsewhere', elsewhere);
  officerHere = await officerOf('here', ...ours);
  const made = { carersServiceId: elsewhere, name: 'Theirs', scopes: ['read', 'write'] as const };
  keyElsewhere = (
    await program.get(ServiceKeys).make({ ...made, scopes: [...made.scopes] }, { kind: 'system', id: 'test' })
  ).secret;
  const people = await database.reader.find(Cardholder);
  names = [
    ...people.flatMap(({ firstName, lastName, email }) => [`${firstName} ${lastName}`, ...(email ? [email] : [])]),
    ...['Zinnia', 'Rowan Surgery', 'Everybody in print', 'Case system', 'crm.example.org', 'Ilse', 'one.csv'],
  ];
  const { placeOf } = await places();
  walk = program.routes
    .filter(({ method, url }) => method !== 'HEAD' && parts.test(url))
    .map(({ method, url }) => ({ method, url, kind: kindOf(url)!, path: placeOf(url) }));
}, 120_000);
afterAll(() => world?.program.close());

async function officerOf(name: string, ...services: string[]): Promise<Browser> {
  const { program } = world;
  const id = await database.transaction(async (tx) => {
    const account = await program.get(Accounts).ensure(tx, { email: `${name}@officers.example`, name: 'Olga Officer' });
    for (const service of services)
      await program.get(Accounts).grant(tx, account, 'carers_service_officer', { kind: 'carers_service', id: service });
    return account;
  });
  return staffBrowser(program, { kind: 'account', id });
}

/** Addresses of routes with what there is in this world. */
async function places() {
  const first = async (statement: string) => (await database.query<{ id: string }>(statement))[0]!.id;
  const of = (url: string) => world.stops(url)[0]!.path.split('?')[0]!;
  const staff = '/staff/information-service';
  const sending = await first(`SELECT id FROM bulletin WHERE state = 'sending' ORDER BY id LIMIT 1`);
  const things: [string, string][] = [
    ['/staff/subscribers/segments/:id', of('/staff/subscribers/segments/:id')],
    ['/staff/subscribers/:id', of('/staff/subscribers/:id')],
    ['/api/v1/subscribers/:id', of('/api/v1/subscribers/:id')],
    ...['import', 'webhooks', 'hand-overs', 'referrers'].map((each): [string, string] => [
      `${staff}/${each}/:id`,
      of(`${staff}/${each}/:id`),
    ]),
    [
      `${staff}/keys/:key`,
      `${staff}/keys/${await first('SELECT id FROM service_key ORDER BY created_at, id LIMIT 1')}`,
    ],
    ...['send', 'deliveries', 'print'].map((each): [string, string] => [
      `${staff}/bulletins/:id/${each}`,
      `${staff}/bulletins/${sending}/${each}`,
    ]),
    [`${staff}/bulletins/:id`, of(`${staff}/bulletins/:id`)],
    ['/staff/automatic-messages/:slug', '/staff/automatic-messages/welcome-3'],
    ['/staff/leaving/:holder', `/staff/leaving/${await first('SELECT id FROM cardholder ORDER BY id LIMIT 1')}`],
  ];
  const rest: Record<string, string> = {
    ':locale': 'en-GB',
    ':edition': 'standard',
    ':number': '1',
    ':reason': 'deceased',
    ':channel': 'post',
    ':delivery': await first('SELECT id FROM webhook_delivery ORDER BY id LIMIT 1'),
  };
  const known = (url: string) => {
    try {
      return of(url);
    } catch {
      return null;
    }
  };
  const placeOf = (url: string) => {
    const [pattern, path] = things.find(([each]) => url.startsWith(each)) ?? ['', ''];
    const here = path + url.slice(pattern.length).replace(/:\w+/g, (name) => rest[name] ?? name);
    // Of some pages the world has somebody whom they are about; the messages of the scheme are no officer's.
    return (url.startsWith('/staff/automatic-messages') ? null : known(url)) ?? here;
  };
  return { placeOf };
}

/** The rows of all services but the other one, table by table: a walk that changes nothing leaves each as it is. */
async function state(): Promise<Record<string, string>> {
  const tables = ['cardholder', 'subscriber', 'subscription', 'consent_event', 'registration_event', 'subscriber_hold', 'subscriber_hold_event', 'caring_end', 'suppressed_address', 'returned_letter', 'segment', 'subscriber_import', 'service_key', 'service_secret', 'webhook_endpoint', 'webhook_delivery', 'bulletin', 'bulletin_version', 'bulletin_picture', 'bulletin_sending', 'delivery', 'print_run', 'referrer', 'hand_over', 'message_template_version', 'message_switch']; // prettier-ignore
  const rows = await database.query<Record<string, string>>(
    `SELECT ${tables.map((name) => `(SELECT md5(coalesce(string_agg(r::text, '|' ORDER BY r::text), '')) FROM ${name} r WHERE to_jsonb(r) ->> 'carers_service_id' IS DISTINCT FROM $1) AS ${name}`).join(', ')}`,
    [elsewhere],
  );
  return rows[0]!;
}

async function tokenOf(browser: Browser): Promise<string> {
  for (const page of ['/carers-service/join', '/sign-in']) {
    const found = /name="_csrf" value="([^"]+)"/.exec((await browser.get(page)).text);
    if (found) return found[1]!;
  }
  throw new Error('No page with a token.');
}

/** Asks for each route as somebody; a form names the things of this service wherever it may. */
async function asked(browser: Browser, routes: typeof walk, form: Record<string, string> = {}) {
  await database.pool.query('TRUNCATE rate_limit');
  const _csrf = await tokenOf(browser);
  const ours = { service: here, carersService: here, carersServiceId: here, owner: here };
  const answers: { route: string; kind: Kind; status: number; text: string; to: string }[] = [];
  for (const { method, url, kind, path } of routes) {
    const send = async (): Promise<Response> =>
      method === 'GET'
        ? browser.agent.get(path).query(kind === 'object' ? {} : ours)
        : browser.agent
            .post(path)
            .type('form')
            .send({ _csrf, ...ours, ...form });
    const { status, text, headers } = await send();
    answers.push({ route: `${method} ${url}`, kind, status, text: text ?? '', to: String(headers['location'] ?? '') });
  }
  return answers;
}

const tells = (text: string) => names.filter((name) => text.includes(name));
const of = (...these: Kind[]) => walk.filter(({ kind, method }) => these.includes(kind) && method !== 'PATCH');

describe('the routes of the carers service', () => {
  it('each say what they are about', () => {
    const unknown = world.program.routes
      .filter(({ method, url }) => !safe.slice(1).includes(method) && parts.test(url) && !kindOf(url))
      .map(({ method, url }) => `${method} ${url}`);
    expect(unknown).toEqual([]);
    expect(walk.filter(({ path, kind }) => kind !== 'person' && path.includes(':'))).toEqual([]);
    // A pattern that fits nothing any more would only look like a promise.
    const idle = Object.values(kinds)
      .flat()
      .filter((one) => !walk.some(({ url }) => one.test(url)));
    expect(idle).toEqual([]);
  });

  it.each([
    ['nobody', ['object', 'own', 'figures', 'registrar']],
    ['carer', ['object', 'own', 'figures', 'registrar']],
    ['owner', ['object', 'own', 'figures', 'registrar']],
    ['vetting_officer', ['object', 'own', 'figures', 'registrar']],
    ['commissioner', ['object', 'own', 'registrar']],
    ['registrar', ['object', 'own', 'figures']],
  ] as const)(
    'are closed to %s',
    async (who, which) => {
      const before = await state();
      const wrong = (await asked(world.visitors[who], of(...which)))
        .filter(({ status, to, text }) => {
          const sentAway = status === 303 && to.startsWith('/sign-in');
          return !(who === 'nobody' ? sentAway : status === 403 || sentAway) || tells(text).length > 0;
        })
        .map(({ route, status, to }) => `${route}: ${status} ${to}`);
      expect(wrong).toEqual([]);
      expect(await state()).toEqual(before);
    },
    30_000,
  );

  it('show an officer of another service nothing and nobody of this one, and let them change nothing', async () => {
    const before = await state();
    const answers = await asked(officerElsewhere, of('object', 'own', 'figures', 'registrar'), { overlap: '0' });
    const wrong = answers
      .filter(({ kind, status, text }) => {
        const expected = kind === 'object' ? status === 404 : kind === 'registrar' ? status === 403 : status < 500;
        return !expected || tells(text).length > 0;
      })
      .map(({ route, status, text }) => `${route}: ${status} ${tells(text).join()}`);
    expect(wrong).toEqual([]);
    expect(await state()).toEqual(before);
  }, 30_000);

  it('are open where they should be, so that what is closed is not just broken', async () => {
    const pages = of('object', 'own', 'figures').filter(({ method }) => method === 'GET');
    for (const browser of [officerHere, world.visitors.administrator]) {
      const wrong = (await asked(browser, pages))
        .filter(({ status }) => status !== 200)
        .map(({ route, status, to }) => `${route}: ${status} ${to}`);
      expect(wrong).toEqual([]);
    }
    const shown = await asked(officerHere, of('object'));
    expect(shown.some(({ text }) => tells(text).length > 0)).toBe(true);
  }, 30_000);

  it('tell a commissioner sums and no person', async () => {
    for (const { status, text, route } of await asked(world.visitors.commissioner, of('figures')))
      expect([route, status < 500, tells(text)]).toEqual([route, true, []]);
  });

  it('answer the key of another service as if nobody was there, and no key not at all', async () => {
    const { agent } = world.visitors.nobody;
    const api = walk.filter(({ kind }) => kind === 'api');
    expect(api.map(({ method }) => method).sort()).toEqual(['GET', 'GET', 'PATCH', 'POST', 'POST']);
    const ask = async ({ method, path }: (typeof api)[number], key?: string): Promise<Response> => {
      const request = method === 'GET' ? agent.get(path) : method === 'PATCH' ? agent.patch(path) : agent.post(path);
      if (key) void request.set('Authorization', `Bearer ${key}`);
      return method === 'GET' ? request : request.send(method === 'PATCH' ? { format: 'large_print' } : {});
    };
    // That it was used is written down once a minute.
    await ask(
      api.find(({ method }) => method === 'GET')!,
      keyElsewhere,
    );
    const before = await state();
    for (const route of api) {
      const { method, url } = route;
      // To register somebody needs a body, which is looked at before the key: its shape is published.
      const entering = method === 'POST' && !url.includes(':id');
      const without = await ask(route);
      expect([method, url, without.status, tells(without.text)]).toEqual([method, url, entering ? 422 : 401, []]);
      const { status, text } = await ask(route, keyElsewhere);
      const expected = entering ? 422 : url.includes(':id') ? 404 : 200;
      expect([method, url, status, tells(text)]).toEqual([method, url, expected, []]);
    }
    expect(await state()).toEqual(before);
  });
});
