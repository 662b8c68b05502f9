import { randomUUID } from 'node:crypto';
import { Categories, Joining } from '@carers/businesses';
import { Database } from '@carers/database';
import { LeadWork, type Suggester, Suggestions, Votes, WhereSaid } from '@carers/recruiting';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenBusiness, type GivenCard } from '../support/given.js';
import { Browser } from './access-browser.js';
import { staffOf } from './applications-support.js';

let program: TestApp;
let given: Given;
let database: Database;
let registrar: Browser & { accountId: string };
let commissioner: Browser;
let owner: Browser;
let cafe: GivenBusiness;
let other: GivenBusiness;
let cards: GivenCard[];
let offerId: string;
const system = { kind: 'system', id: 'test' } as const;

beforeAll(async () => {
  program = await startTestApp();
  given = new Given(program);
  await given.scheme();
  database = program.get(Database);
  registrar = await staffOf(program, 'registrar', 'Rita');
  commissioner = await staffOf(program, 'commissioner', 'Colin');
  cafe = await given.business({ name: 'Harbour Books', category: 'shops' });
  other = await given.business({ name: 'Other Books', category: 'shops', postcode: 'DT1 1UZ' });
  offerId = (await given.offer(cafe.business.id, {}, 'any book')).id;
  const contact = { email: 'owner@example.org', name: 'Olu Owner' };
  await database.transaction((tx) => program.get(Joining).addOwner(tx, cafe.business.id, contact, system));
  owner = new Browser(program);
  await owner.signIn('owner@example.org');
  cards = [];
  for (let number = 0; number < 6; number++) cards.push(await given.card({ firstName: `Carer${number}` }));
}, 60_000);
afterAll(() => program?.close());
beforeEach(async () => {
  await database.pool.query('TRUNCATE rate_limit, recruiting_lead, recruitment, place_vote, leaflet CASCADE');
  await database.pool.query('DELETE FROM lead');
});

const categoryId = async (slug: string) => (await program.get(Categories).bySlug(slug))!.id;
async function suggest(name: string, by: Suggester[] = [{ kind: 'public' }], category = 'shops', where = 'Poole') {
  let id = '';
  const place = await program.get(WhereSaid).read(where);
  for (const each of by)
    id = await program
      .get(Suggestions)
      .keep(
        { id: randomUUID(), name, where: place, categoryId: await categoryId(category), why: 'Nice', askFor: null },
        each,
      );
  return id;
}
const carers = (count: number): Suggester[] =>
  cards.slice(0, count).map(({ cardholder }) => ({ kind: 'cardholder', cardholder }));
async function vote(count: number, slug: string, townSlug: string) {
  const [town] = await database.query<{ id: string; region: string }>(
    'SELECT id, region_id AS region FROM town WHERE slug = $1',
    [townSlug],
  );
  const wish = { categoryIds: [await categoryId(slug)], regionId: town!.region, townId: town!.id };
  for (const { cardholder } of cards.slice(0, count)) await program.get(Votes).cast(cardholder, wish, system);
}

describe('the list of suggested businesses', () => {
  it('shows the most wanted first, by area, kind and stage, and nobody who asked', async () => {
    await suggest('Quayside Toys');
    const wanted = await suggest('Quayside Books', carers(3));
    await suggest('Corn Café', carers(1), 'eating-and-drinking', 'Dorchester');
    const { text } = await registrar.get('/staff/recruiting');
    const order = ['Quayside Books', 'Corn Café', 'Quayside Toys'].map((name) => text.indexOf(name));
    expect(order).toEqual([...order].sort((one, two) => one - two));
    expect(text).not.toMatch(/Carer\d/);
    expect((await registrar.get(`/staff/recruiting/${wanted}`)).text).not.toMatch(/Carer\d/);
    const some = (await registrar.get('/staff/recruiting?category=eating-and-drinking')).text;
    expect(some).toContain('Corn Café');
    expect(some).not.toContain('Quayside');
    expect((await registrar.get('/staff/recruiting?stage=joined')).text).toContain('Nothing fits');
  });

  it('goes on page by page without missing or repeating one', async () => {
    for (let number = 0; number < 53; number++)
      await suggest(`${String.fromCharCode(97 + (number % 26)).repeat(5)}${number} ${randomUUID()}`);
    for (const order of ['wanted', 'oldest']) {
      const seen: string[] = [];
      let path: string | null = `/staff/recruiting?order=${order}`;
      while (path) {
        const { text }: { text: string } = await registrar.get(path);
        seen.push(...[...text.matchAll(/href="\/staff\/recruiting\/([0-9a-f-]{36})"/g)].map(([, id]) => id!));
        path = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=') ?? null;
      }
      expect(new Set(seen).size).toBe(53);
      expect(seen).toHaveLength(53);
    }
  });
});

describe('the page of a lead', () => {
  it('lets staff follow it up by forms: stage and date, note, colleague, facts', async () => {
    const id = await suggest('Quayside Books');
    const page = `/staff/recruiting/${id}`;
    const date = { 'nextOn-day': '1', 'nextOn-month': '12', 'nextOn-year': '2026' };
    expect((await registrar.submit(page, { stage: 'contacted', ...date }, `${page}/stage`)).status).toBe(303);
    const wrong = { stage: 'interested', 'nextOn-day': '31', 'nextOn-month': '2', 'nextOn-year': '2027' };
    expect((await registrar.submit(page, wrong, `${page}/stage`)).text).toContain('Enter a real date');
    await registrar.submit(page, { note: 'Rang them' }, `${page}/note`);
    await registrar.submit(page, { to: registrar.accountId }, `${page}/assign`);
    const facts = { name: 'Quayside Bookshop', where: 'BH15 1HJ', category: 'learning' };
    await registrar.submit(page, facts, `${page}/correct`);
    const { text } = await registrar.get(page);
    for (const shown of ['Quayside Bookshop', 'BH15 1HJ', '1 December 2026', 'Rang them', 'Rita', 'Learning'])
      expect(text).toContain(shown);
    expect((await registrar.get('/staff/recruiting?mine=yes')).text).toContain('Quayside Bookshop');
    const sealed = await database.query<{ note: string }>('SELECT note FROM lead_note');
    expect(sealed[0]!.note).not.toContain('Rang');
  });

  it('links it to the business that it became', async () => {
    const id = await suggest('Harbour Books');
    const page = `/staff/recruiting/${id}`;
    expect((await registrar.get(page)).text).toContain(`value="${cafe.business.id}"`);
    expect((await registrar.get(`${page}?find=other`)).text).toContain(`value="${other.business.id}"`);
    await registrar.submit(page, { business: cafe.business.id }, `${page}/link`);
    const { text } = await registrar.get(page);
    expect(text).toContain(`/staff/businesses/${cafe.business.id}`);
    expect((await registrar.submit(page, { stage: 'declined' }, `${page}/stage`)).status).toBe(409);
  });

  it('is nobody else’s', async () => {
    const id = await suggest('Quayside Books');
    for (const visitor of [owner, commissioner])
      expect((await visitor.get(`/staff/recruiting/${id}`)).status).toBe(403);
    for (const path of [randomUUID(), 'x', `${randomUUID()}/letter`])
      expect((await registrar.get(`/staff/recruiting/${path}`)).status).toBe(404);
  });
});

describe('a letter', () => {
  const to = { name: 'Quayside Books', line1: '1 The Quay', line2: '', town: 'Poole', postcode: 'bh15 1hj' };

  it('says what is true and tells of no few, with a code of its own', async () => {
    const id = await suggest('Quayside Books', carers(4));
    const page = `/staff/recruiting/${id}/letter`;
    expect((await registrar.get(page)).text).toContain('Carers near you ask for you');
    await vote(6, 'shops', 'poole');
    expect((await registrar.get(page)).text).toContain('6 carers near you ask for a place like yours');
    await suggest('Quayside Books', carers(5));
    expect((await registrar.get(page)).text).toContain('5 carers near you ask for you');

    expect((await registrar.submit(page, { ...to, line1: '' })).text).toContain('Enter the first line of the address');
    for (let times = 0; times < 2; times++) {
      const file = await registrar.submit(page, to);
      expect(file.headers).toMatchObject({ 'content-type': 'application/pdf' });
      expect(file.headers['content-disposition']).toContain('attachment');
    }
    const codes = await database.query<{ code: string; downloads: number }>(
      `SELECT code, downloads FROM leaflet WHERE lead_id = '${id}'`,
    );
    expect(codes).toHaveLength(1);
    expect(codes[0]!.downloads).toBe(2);

    // Whoever joins with it is the one that was written to, whatever it calls itself.
    await database.query(`UPDATE business SET status = 'submitted', recruited_by_code = $2 WHERE id = $1`, [
      other.business.id,
      codes[0]!.code,
    ]);
    await registrar.submit(
      `/staff/businesses/${other.business.id}`,
      {},
      `/staff/businesses/${other.business.id}/publish`,
    );
    const [lead] = await database.query<object>(
      `SELECT stage, business_id FROM recruiting_lead WHERE lead_id = '${id}'`,
    );
    expect(lead).toEqual({ stage: 'joined', business_id: other.business.id });
  });
});

describe('the board of what carers want', () => {
  it('shows the widest gap first, and only staff who may see them the small numbers', async () => {
    await vote(6, 'motoring', 'poole');
    await program
      .get(Votes)
      .cast(
        cards[5]!.cardholder,
        { categoryIds: [await categoryId('shops')], regionId: cards[5]!.cardholder.regionId, townId: null },
        system,
      );
    const rowsOf = (text: string) =>
      [...text.matchAll(/<tr class="govuk-table__row">\s*<th scope="row"[\s\S]*?<\/tr>/g)].map(([row]) =>
        row
          .replace(/<[^>]+>/g, ' ')
          .replace(/\s+/g, ' ')
          .trim(),
      );
    const [first, second] = rowsOf((await registrar.get('/staff/recruiting/demand')).text);
    expect(first).toMatch(/^Poole .*Motoring 5 None/);
    expect(second).toMatch(/Shops 1 /);
    const told = rowsOf((await commissioner.get('/staff/recruiting/demand')).text);
    expect(told[0]).toMatch(/Motoring 5 None$/);
    expect(told[1]).toMatch(/Shops fewer than 5 /);
    // A card that is stopped has no voice.
    await database.query(`UPDATE card SET status = 'suspended' WHERE id = $1`, [cards[0]!.card.id]);
    expect(rowsOf((await registrar.get('/staff/recruiting/demand')).text)[0]).toMatch(/Motoring 4 None/);
    await database.query(`UPDATE card SET status = 'active' WHERE id = $1`, [cards[0]!.card.id]);
  });
});

describe('the figures as a file', () => {
  it('have a line for each code, run no formula, and are written down', async () => {
    await registrar.submit('/staff/recruiting/leaflets', { label: '=HYPERLINK("http://x")', region: 'poole' });
    expect((await registrar.submit('/staff/recruiting/leaflets', { label: ' ' })).status).toBe(422);
    const leaflets = (await registrar.get('/staff/recruiting/leaflets')).text;
    const pdf = /href="(\/staff\/recruiting\/leaflets\/[0-9a-f-]+\/leaflet\.pdf)"/.exec(leaflets)![1]!;
    expect((await registrar.get(pdf)).headers['content-type']).toBe('application/pdf');
    const file = await registrar.submit('/staff/recruiting/figures', {}, '/staff/recruiting/figures/export');
    expect(file.headers['content-type']).toContain('text/csv');
    const lines = file.text.split('\r\n').filter(Boolean);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(`"'=HYPERLINK(""http://x"")"`);
    const [event] = await database.query<{ actor: string }>(
      `SELECT actor_id AS actor FROM audit_event WHERE action = 'recruiting.exported'`,
    );
    expect(event!.actor).toBe(registrar.accountId);
  });
});

describe('posts', () => {
  it('are the owner’s and the staff’s, made from the offer’s own words', async () => {
    for (const [visitor, page] of [
      [owner, `/business/${cafe.business.id}/posts`],
      [registrar, `/staff/recruiting/posts/${cafe.business.id}`],
    ] as const) {
      const { text } = await visitor.get(page);
      expect(text).toContain('10% off any book for carers at Harbour Books, Poole.');
      const picture = await visitor.get(`${page}/${offerId}/wide.png`);
      expect(picture.headers['content-type']).toBe('image/png');
    }
    expect((await owner.get(`/business/${other.business.id}/posts`)).status).toBe(404);
    expect((await registrar.get(`/staff/recruiting/posts/${other.business.id}/${offerId}/wide.png`)).status).toBe(404);
    expect((await registrar.get(`/staff/recruiting/posts/${other.business.id}`)).status).toBe(404);
  });
});

describe('a link to an offer', () => {
  it('has a picture for other sites, drawn once while it stays the same', async () => {
    const stranger = new Browser(program);
    const [{ slug }] = (await database.query<{ slug: string }>('SELECT slug FROM offer WHERE id = $1', [offerId])) as [
      { slug: string },
    ];
    const { text } = await stranger.get(`/offers/poole/${slug}`);
    const address = /property="og:image" content="https?:\/\/[^/"]+([^"]+)"/.exec(text)![1]!;
    for (let times = 0; times < 3; times++) {
      const picture = await stranger.get(address);
      expect(picture.status).toBe(200);
      expect(picture.headers).toMatchObject({ 'content-type': 'image/png', 'cache-control': 'public, max-age=3600' });
    }
    const [limit] = await database.query<{ points: number }>(
      `SELECT points FROM rate_limit WHERE key LIKE 'picture-address%'`,
    );
    expect(limit!.points).toBe(1);
    for (const wrong of [randomUUID(), 'x', other.business.id]) {
      const none = await stranger.get(`/offer-pictures/${wrong}/wide.png`);
      expect(none.status).toBe(404);
      expect(none.headers['cache-control']).toBe('no-store');
    }
  });
});

describe('two of the staff at once', () => {
  it('move one lead once to where only one of them may', async () => {
    const id = await suggest('Quayside Books');
    const work = program.get(LeadWork);
    await work.link(id, cafe.business.id, system);
    const done = await Promise.allSettled([work.unlink(id, system), work.unlink(id, system)]);
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
