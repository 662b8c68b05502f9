import { staffRoles } from '@carers/access';
import { Database } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Visitor, wholeWorld, type WholeWorld } from './whole-world.js';

let world: WholeWorld;

beforeAll(async () => {
  world = await wholeWorld();
}, 120_000);
afterAll(() => world?.program.close());

/** Parts of the site that are open to all. A route that is in no list of this file fails: everything is closed first. */
const open = [
  /^\/(?:accessibility|privacy|cookies|contact|about-the-data|brand-(?:mark|icon)\.svg|brand-icon-(?:180|192|512)\.png|(?:card|till)-worker\.js|till\.webmanifest|robots\.txt|sitemap\.xml)?$/,
  /^\/(?:assets|sitemaps|problems|offers|businesses|register|for-business|suggest-a-business|offer-pictures|apply|health|dev|my-card|preferences|carers-service|bulletins|c|C|referrer|r|till|invitation|reference|trade-review)(?:\/|$)/,
  /^\/(?:sign-in|sign-in\/check|sign-in\/link\/:token|sign-out)$/,
  /^\/api\/(?:openapi\.json|docs|v1\/(?:applications|offers|businesses|register|regions|categories)(?:\/:\w+)?)$/,
  /^\/\.well-known\/jwks\.json$/,
  /^\/api\/v1\/status-list(?:\/changes)?$/,
];

/** Open to the network, but each looks at a key or a signature by itself. */
const byKey = [
  /^\/api\/v1\/(?:till(?:\/bundle)?|validations|redemptions(?:\/:id\/undo|\/batch)?)$/,
  /^\/api\/v1\/subscribers(?:\/:id(?:\/leave)?)?$/,
  /^\/webhooks\/(?:stripe|notify)$/,
];

/** Everything else, by who may come in; the first that fits counts. */
const closed: readonly [RegExp, readonly Visitor[]][] = [
  [/^\/staff\/people(?:\/|$)/, ['administrator']],
  [/^\/staff\/information-service\/figures(?:\/|$)/, ['carers_service_officer', 'administrator', 'commissioner']],
  [/^\/staff\/information-service(?:\/|$)/, ['carers_service_officer', 'administrator']],
  [/^\/staff\/(?:subscribers|automatic-messages)(?:\/|$)/, ['carers_service_officer', 'administrator']],
  [/^\/staff\/payments\/(?:reconciliation\/retry|export|:id\/.+)$/, ['registrar', 'administrator']],
  [/^\/staff\/payments(?:\/|$)/, ['registrar', 'administrator', 'vetting_officer']],
  [/^\/staff\/vetting(?:\/|$)/, ['vetting_officer', 'administrator']],
  [/^\/staff\/recruiting\/demand$/, ['registrar', 'administrator', 'commissioner']],
  [
    /^\/staff\/(?:addresses|applications|cards|leaving|businesses|offers|chains|reviews|recruiting)(?:\/|$)/,
    ['registrar', 'administrator'],
  ],
  [/^\/staff$/, staffRoles],
  // Evidence, people and what is said to officers: only for owners who gave a second factor.
  [/^\/business\/:id\/vetting\/:case\/(?:appeal|checks|claims|replies|submit|withdraw)(?:\/|$)/, ['trade']],
  [/^\/(?:business|pay)(?:\/|$)/, ['owner', 'trade']],
  [/^\/account(?:\/|$)/, ['carer', 'owner', 'trade', 'half', 'new', ...staffRoles]],
  [/^\/sign-in\/second-factor(?:\/|$)/, ['carer', 'owner', 'trade', 'half', 'new', ...staffRoles]],
];

/** Forms without a token: they look at no cookie, so nothing is gained by forging them. */
const noToken = ['/preferences/:token/unsubscribe', '/till/pair'];

const isOpen = (url: string) => [...open, ...byKey].some((part) => part.test(url));
const invented = (url: string) => url.replace(/:\w+/g, '01890a5d-ac96-774b-bcce-b302099a8057').replace('*', 'none.css');
const routes = (method: string) =>
  [...new Set(world.program.routes.filter((route) => route.method === method).map(({ url }) => url))].sort();

async function ask(who: Visitor, method: string, path: string) {
  return method === 'GET'
    ? world.visitors[who].agent.get(path)
    : world.visitors[who].agent.post(path).type('form').send({});
}

describe('every route', () => {
  it('is in a list of those who may come in', () => {
    const methods = new Set(world.program.routes.map(({ method }) => method));
    expect([...methods].sort()).toEqual(['GET', 'HEAD', 'PATCH', 'POST']);
    const unknown = world.program.routes.filter(({ url }) => !isOpen(url) && !closed.some(([part]) => part.test(url)));
    expect(unknown).toEqual([]);
  });

  it('that is not open sends a stranger to the sign-in page, whatever the address names', async () => {
    const wrong: string[] = [];
    for (const url of routes('GET').filter((each) => !isOpen(each))) {
      for (const path of [invented(url), ...world.stops(url).map(({ path }) => path)]) {
        const answer = await ask('nobody', 'GET', path);
        const to = String(answer.headers['location'] ?? '');
        if (answer.status !== 303 || !/^\/sign-in(?:\?next=|$)/.test(to)) wrong.push(`${path}: ${answer.status}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 60_000);

  it('lets in those roles that it is for and refuses all others', async () => {
    const visitors = ['carer', 'owner', 'trade', 'half', ...staffRoles] as const;
    const wrong: string[] = [];
    for (const url of routes('GET').filter((each) => !isOpen(each))) {
      const may = closed.find(([part]) => part.test(url))![1];
      for (const { path } of world.stops(url).slice(0, 1)) {
        for (const visitor of visitors) {
          const { status, headers } = await ask(visitor, 'GET', path);
          const refused = status === 403 || String(headers['location']).startsWith('/sign-in/second');
          if (
            status >= 500 ||
            (refused && may.includes(visitor) && !/second-factor|\/account/.test(url)) ||
            (!refused && status < 400 && !may.includes(visitor))
          )
            wrong.push(`${visitor} at ${url}: ${status}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('by key refuses who shows none', async () => {
    for (const url of [...routes('GET'), ...routes('POST')].filter((each) => byKey.some((part) => part.test(each)))) {
      const method = routes('GET').includes(url) ? 'GET' : 'POST';
      const { status } = await ask('nobody', method, invented(url));
      expect([400, 401, 404, 503]).toContain(status);
    }
  });
});

describe('every form', () => {
  it('is refused without the token of a page of ours, and nothing happens', async () => {
    const database = world.program.get(Database);
    const trail = async () => (await database.query<{ count: string }>('SELECT count(*) FROM audit_event'))[0]!.count;
    const before = await trail();
    const wrong: string[] = [];
    for (const url of routes('POST').filter((each) => !/^\/(?:api|webhooks)\//.test(each) && !noToken.includes(each))) {
      const who = closed.find(([part]) => part.test(url))?.[1].find((each) => each !== 'half') ?? 'applicant';
      const { status } = await ask(who, 'POST', invented(url));
      if (status !== 403) wrong.push(`${who} at ${url}: ${status}`);
    }
    expect(wrong).toEqual([]);
    expect(await trail()).toBe(before);
  }, 60_000);

  it('of a part for members is closed to strangers who bring a token', async () => {
    const { text } = await world.visitors.nobody.get('/sign-in');
    const token = /name="_csrf" value="([^"]+)"/.exec(text)![1]!;
    const wrong: string[] = [];
    for (const url of routes('POST').filter((each) => !isOpen(each))) {
      const answer = await world.visitors.nobody.agent.post(invented(url)).type('form').send({ _csrf: token });
      const to = String(answer.headers['location'] ?? '');
      if (answer.status !== 303 || !to.startsWith('/sign-in')) wrong.push(`${url}: ${answer.status} ${to}`);
    }
    expect(wrong).toEqual([]);
  }, 60_000);
});

describe('whatever is written in an address', () => {
  const hostile = ['%00', '%ED%A0%80', '%F0%9F%98%80', 'x'.repeat(2000), '..%2F..%2Fetc%2Fpasswd', `%27%3B+DROP+TABLE+card--`, '%25', '-1', '99999999999999999999', '2026-02-31', '%5B%5D', '__proto__', 'NaN', '%E2%80%AE']; // prettier-ignore
  const names = ['q', 'page', 'after', 'near', 'town', 'category', 'region', 'state', 'status', 'because', 'change', 'next', 'ref', 'leaflet', 'from', 'until', 'source', 'channel', 'open', 'day', 'time', 'limit', 'lat', 'within']; // prettier-ignore

  it('no page breaks on it', async () => {
    const wrong: string[] = [];
    const check = async (who: Visitor, path: string) => {
      const { status } = await ask(who, 'GET', path);
      if (status >= 500) wrong.push(`${status} ${path.slice(0, 120)}`);
    };
    for (const url of routes('GET')) {
      const stop = url.includes('*') ? { as: 'nobody' as const, path: '/assets/x' } : world.stops(url)[0]!;
      const path = stop.path.split('?')[0]!;
      // Each request brings every name one of the texts, so that five meet most of them.
      for (let turn = 0; turn < 5; turn++) {
        await check(
          stop.as,
          `${path}?${names.map((name, at) => `${name}=${hostile[(at + turn * 3) % hostile.length]!}`).join('&')}`,
        );
      }
      await check(stop.as, `${path}?${names.map((name) => `${name}=a&${name}=b&${name}[x]=c`).join('&')}`);
      if (url.includes(':')) for (const text of hostile) await check(stop.as, url.replace(/:\w+/g, text));
    }
    expect(wrong).toEqual([]);
  }, 240_000);
});
