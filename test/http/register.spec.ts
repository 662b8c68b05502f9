import { type Business, OwnerLinks } from '@carers/businesses';
import { CardKeys } from '@carers/cards';
import { NodeVerifyingKeys, readPublicJwk, verifyJws } from '@carers/credentials';
import { Database } from '@carers/database';
import { VettingCases } from '@carers/vetting';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import type { GivenCase } from '../support/given-case.js';

let running: TestApp;
let given: Given;
let database: Database;
let plumber: GivenCase;
let slug: string;

const get = (path: string) => supertest(running.app.getHttpServer()).get(path);
const move = (
  made: GivenCase,
  ...args: Parameters<VettingCases['move']> extends [unknown, unknown, ...infer Rest] ? Rest : never
) => database.transaction((tx) => running.get(VettingCases).move(tx, made.case.id, ...args));
/** A business that holds an accreditation. */
const accredited = async (name: string, facts: { programme?: string; postcode?: string; category?: string } = {}) => {
  const trade = (facts.programme ?? 'trader-vetting') === 'trader-vetting';
  const { business } = await given.business({ category: 'home-and-garden', ...facts, name, worksInHomes: trade });
  return given.case({ state: 'approved', businessId: business.id, ...facts });
};
const claimsOf = async (jwt: string) => {
  const { keys } = await running.get(CardKeys).jwks();
  const verifying = new NodeVerifyingKeys(keys.map((jwk) => ({ publicJwk: readPublicJwk(jwk) })));
  return (await verifyJws(jwt, 'accreditation-badge+jwt', verifying)) as Record<string, unknown> | null;
};

beforeAll(async () => {
  running = await startTestApp();
  database = running.get(Database);
  given = new Given(running);
  await given.scheme();
  plumber = await accredited('Marsh Plumbing');
  slug = (
    await running.get(Database).query<{ slug: string }>('SELECT slug FROM business WHERE id = $1', [plumber.businessId])
  )[0]!.slug;
});
afterAll(() => running?.close());

describe('the register', () => {
  it('is empty in words, and finds by name, trade, town and postcode', async () => {
    await accredited('Écluse Électrique', { postcode: 'BH1 1AA' });
    const names = async (query: string) => {
      const { body } = await get(`/api/v1/register?${query}`).expect(200);
      return (body as { data: { name: string }[] }).data.map(({ name }) => name);
    };
    expect(await names('')).toEqual(['Écluse Électrique', 'Marsh Plumbing']);
    expect(await names('q=ecluse')).toEqual(['Écluse Électrique']);
    expect(await names('place=bh15')).toEqual(['Marsh Plumbing']);
    expect(await names('place=bh15%201hj')).toEqual(['Marsh Plumbing']);
    expect(await names('place=bournem')).toEqual(['Écluse Électrique']);
    expect(await names('category=home-and-garden&q=marsh')).toEqual(['Marsh Plumbing']);
    expect(await names('category=eating-and-drinking')).toEqual([]);
    expect(await names('programme=carer-friendly-award')).toEqual([]);
    expect(await names('q=%25')).toEqual([]);
    const page = await get('/register?q=nobody').expect(200);
    expect(page.text).toContain('We found nothing for that');
    expect((await get('/register').expect(200)).text).toContain('Marsh Plumbing');
  });

  it('pages on by name, and takes no cursor that it did not make', async () => {
    for (let number = 10; number < 32; number++) {
      const { business } = await given.business({ name: `Trade ${number}`, worksInHomes: true });
      await database.query(
        `INSERT INTO standing SELECT $1, programme, case_id, case_state, listed, accredited, because, accredited_from,
                accredited_until, ended_on, next_change_on, derived_at, plain_text($3) FROM standing WHERE business_id = $2`,
        [business.id, plumber.businessId, business.name],
      );
    }
    const first = (await get('/api/v1/register').expect(200)).body as { data: { name: string }[]; next: string };
    expect(first.data).toHaveLength(20);
    const second = (await get(`/api/v1/register?cursor=${first.next}`).expect(200)).body as typeof first;
    expect([second.data.length, second.next]).toEqual([4, null]);
    expect(new Set([...first.data, ...second.data].map(({ name }) => name)).size).toBe(24);
    const wrong = await get('/api/v1/register?cursor=bm90IG9uZQ').expect(422);
    expect((wrong.body as { errors: unknown[] }).errors).toHaveLength(1);
    await get('/register?cursor=bm90IG9uZQ').expect(200);
    expect((await get(`/register?cursor=${first.next}`).expect(200)).text).toContain('Trade 31');
  });

  it('follows a business to its new name, and keeps its address', async () => {
    const made = await accredited('Zebra Roofs');
    await database.query(`UPDATE business SET name = 'Aardvark Roofs' WHERE id = $1`, [made.businessId]);
    const { body } = await get('/api/v1/register').expect(200);
    expect((body as { data: unknown[] }).data[0]).toMatchObject({ name: 'Aardvark Roofs', slug: 'zebra-roofs' });
    await database.query('UPDATE standing SET accredited = false WHERE business_id = $1', [made.businessId]);
  });

  it('may be kept, and answers whoever has it already with nothing', async () => {
    const answer = await get(`/api/v1/register/${slug}`).expect(200);
    expect(answer.headers['cache-control']).toContain('public');
    await get(`/api/v1/register/${slug}`).set('if-none-match', answer.headers['etag']!).expect(304);
    expect((await get('/register').expect(200)).headers['cache-control']).toContain('public');
  });

  it('tells of a business what was checked, when and until when, and nothing that it sent', async () => {
    const { body } = await get(`/api/v1/register/${slug}`).expect(200);
    const [held] = (body as { accreditations: Record<string, unknown>[] }).accreditations;
    expect(held).toMatchObject({
      programme: 'trader-vetting',
      status: 'accredited',
      since: '2026-11-21',
      sanctions: [],
    });
    expect(held!['checks']).toContainEqual({
      title: 'Public liability insurance',
      checkedOn: '2026-11-21',
      until: '2028-11-21',
      byScheme: null,
    });
    const page = await get(`/register/${slug}`).expect(200);
    expect(page.text).toContain('21 November 2028');
    for (const secret of ['As the test says', 'owner@quay-kitchen.example', 'Sam Owner']) {
      expect(page.text).not.toContain(secret);
      expect(JSON.stringify(body)).not.toContain(secret);
    }
    expect(page.text).toContain('hasCredential');
  });

  it('knows nobody who was never approved', async () => {
    const waiting = await given.case({
      state: 'in_review',
      businessId: (await given.business({ name: 'Not Yet', worksInHomes: true })).business.id,
    });
    const [row] = await database.query<{ slug: string }>('SELECT slug FROM business WHERE id = $1', [
      waiting.businessId,
    ]);
    for (const path of [`/register/${row!.slug}`, '/register/no-such', `/register/${row!.slug}/badge.svg`]) {
      await get(path).expect(404);
    }
    await get(`/api/v1/register/${row!.slug}`).expect(404);
  });

  it('says that one is suspended without its reason, and that one removed is gone', async () => {
    const made = await accredited('Bad Locks');
    const why = { reason: 'Mr Smith was overcharged.' };
    await move(made, 'suspend', why, made.officers[2]);
    const suspended = await get('/register/bad-locks').expect(200);
    expect(suspended.text).toContain('Suspended on 21 November 2026');
    expect(suspended.text).toContain('noindex');
    expect(suspended.text).not.toContain('Mr Smith');
    expect((await get('/api/v1/register?q=bad').expect(200)).body).toMatchObject({ data: [] });
    await move(made, 'remove', why, made.officers[2]);
    expect((await get('/register/bad-locks').expect(410)).text).toContain('Removed on 21 November 2026');
    await get('/api/v1/register/bad-locks').expect(410);
    await get('/register/bad-locks/badge.jwt').expect(410);
  });

  it('shows an award without listing anybody by it', async () => {
    await accredited('The Kind Café', { programme: 'carer-friendly-award', category: 'eating-and-drinking' });
    const { body } = await get('/api/v1/register?programme=carer-friendly-award').expect(200);
    expect(body).toMatchObject({ data: [{ name: 'The Kind Café' }] });
    expect((await get('/businesses/the-kind-cafe').expect(200)).text).toContain('/register/the-kind-cafe');
  });

  it('lets search engines find those in force, and no others', async () => {
    expect((await get('/sitemap.xml').expect(200)).text).toContain('/sitemaps/register-1.xml');
    const { text } = await get('/sitemaps/register-1.xml').expect(200);
    expect(text).toContain(`/register/${slug}</loc>`);
    expect(text).toContain('/register/the-kind-cafe</loc>');
    expect(text).not.toContain('bad-locks');
    await get('/sitemaps/nothing-1.xml').expect(404);
  });

  it('leads whoever holds an award from their own page to its badge', async () => {
    const [cafe] = await database.query<Business>(`SELECT id, slug FROM business WHERE slug = 'the-kind-cafe'`);
    const titles = async (business: Business) =>
      (await running.get(OwnerLinks).for({ ...business, homeVisitsUntil: null } as Business)).map(({ href }) => href);
    expect(await titles(cafe!)).toContain(`/business/${cafe!.id}/badge`);
    const { business } = await given.business({ name: 'No Award' });
    expect(await titles(business)).not.toContain(`/business/${business.id}/badge`);
  });
});

describe('the badge', () => {
  it('says until when, may stand on any site, and is kept only for minutes', async () => {
    const svg = await get(`/register/${slug}/badge.svg`).expect(200).expect('content-type', /svg/);
    const text = (svg.body as Buffer).toString();
    expect(text).toContain('<title>Marsh Plumbing. Checked by Dorset Carers Card. Until 20 November 2027.</title>');
    expect(text).not.toMatch(/<script|<text|href/);
    expect(svg.headers['cross-origin-resource-policy']).toBe('cross-origin');
    expect(svg.headers['access-control-allow-origin']).toBeUndefined();
    expect(svg.headers['cache-control']).toBe('public, max-age=300');
    const png = await get(`/register/${slug}/badge.png`).expect(200).expect('content-type', 'image/png');
    expect((png.body as Buffer).subarray(1, 4).toString()).toBe('PNG');
    await get(`/register/${slug}/badge.png`).set('if-none-match', png.headers['etag']!).expect(304);
  });

  it('has a signed statement that anybody can check, and that ends by itself', async () => {
    const { text, headers } = await get(`/register/${slug}/badge.jwt`).expect(200);
    expect(headers['access-control-allow-origin']).toBe('*');
    const claims = await claimsOf(text);
    const now = running.clock.now().getTime() / 1000;
    expect(claims).toMatchObject({
      iss: running.settings.publicUrl,
      sub: `${running.settings.publicUrl}/register/${slug}`,
      business: { slug, name: 'Marsh Plumbing' },
      accreditations: [{ programme: 'trader-vetting', status: 'accredited', since: '2026-11-21', until: '2027-11-20' }],
    });
    expect(Number(claims!['exp']) - now).toBeLessThanOrEqual(6 * 3600);
    const [header, payload, signature] = text.split('.');
    const other = Buffer.from(JSON.stringify({ ...claims, business: { slug: 'mine', name: 'Mine' } })).toString(
      'base64url',
    );
    expect(await claimsOf(`${header}.${other}.${signature}`)).toBeNull();
    expect(payload).not.toBe(other);
  });

  it('is never signed beyond the last day, and not at all after it', async () => {
    running.clock.set('2027-11-20T20:00:00Z');
    const last = await claimsOf((await get(`/register/${slug}/badge.jwt`).expect(200)).text);
    expect(last!['exp']).toBe(Date.parse('2027-11-21T00:00:00Z') / 1000);
    // No job has run in this night: the days alone decide.
    running.clock.set('2027-11-21T00:00:01Z');
    await get(`/register/${slug}/badge.jwt`).expect(404);
    expect(((await get(`/register/${slug}/badge.svg`).expect(200)).body as Buffer).toString()).toContain(
      'Not checked at present',
    );
    expect((await get(`/register/${slug}`).expect(200)).text).toContain('It ended on 21 November 2027');
    expect((await get('/api/v1/register?q=marsh').expect(200)).body).toMatchObject({ data: [] });
    running.clock.set('2026-11-21T10:00:00Z');
  });
});
