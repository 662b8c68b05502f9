import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GivenOffers } from '../../libs/offers/src/offers.fixture.js';
import { startTestApp, type TestApp } from '../support/app.js';

let app: TestApp;
let given: GivenOffers;
let meal: { id: string; slug: string };
let business: { id: string; slug: string };
const hostile = '"><script>alert(1)</script>';

const get = (path: string) => app.browser().get(path);

beforeAll(async () => {
  app = await startTestApp({ at: '2026-11-21T12:00:00Z' });
  given = await GivenOffers.in(app.app, app.clock);
  business = await given.business('Café Otterley', ['BH15 1BS', 'BH1 1AA'], {
    summary: 'Coffee and cake by the quay.',
  });
  meal = await given.offer(business.id, { days: [6] }, 'your meal');
  await given.offer(business.id, { kind: 'free_item', item: 'tea with any lunch', days: [1, 2] });
  const bad = await given.business(`Bad ${hostile}`, ['BH15 1BS'], { category: 'shops' });
  await given.offer(bad.id, { kind: 'service', service: `A quiet hour ${hostile}` });
});

afterAll(() => app?.close());

describe('the directory for machines', () => {
  it('lists offers as the contract says', async () => {
    const { body, headers } = await get('/api/v1/offers?region=poole&category=eating-and-drinking&limit=1').expect(200);
    expect(body.data).toHaveLength(1);
    expect(body.next).toEqual(expect.any(String));
    expect(body.data[0]).toMatchObject({
      title: 'Free tea with any lunch',
      terms: 'Free tea with any lunch. For the carer. Monday and Tuesday only. Show your card when you pay.',
      kind: 'free_item',
      business: { slug: 'cafe-otterley', name: 'Café Otterley' },
      branches: [{ postcode: 'BH15 1BS', accessibility: ['step_free'] }],
      region: 'poole',
      category: 'eating-and-drinking',
      distanceMiles: null,
    });
    expect(headers['cache-control']).toContain('public, max-age=60');
    const second = await get(
      `/api/v1/offers?region=poole&category=eating-and-drinking&limit=1&cursor=${body.next}`,
    ).expect(200);
    expect(second.body.data[0].id).toBe(meal.id);
    expect(second.body.next).toBeNull();
  });

  it('answers 304 to whoever has it already', async () => {
    const { headers } = await get('/api/v1/offers').expect(200);
    await get('/api/v1/offers').set('if-none-match', headers['etag']!).expect(304);
    await get('/api/v1/offers').set('if-none-match', 'W/"other"').expect(200);
  });

  it('finds by words with mistakes, near a postcode and at a time', async () => {
    const titles = async (query: string) =>
      (await get(`/api/v1/offers?${query}`).expect(200)).body.data.map((one: { title: string }) => one.title);
    expect(await titles('q=cofee+otterly&usableAt=2026-11-21T12:00')).toEqual(['10% off your meal']);
    expect(await titles('usableAt=2026-11-23T12:00:00Z&category=eating-and-drinking')).toEqual([
      'Free tea with any lunch',
    ]);
    const { body } = await get('/api/v1/offers?near=bh11aa&within=3').expect(200);
    expect(body.data).toHaveLength(2);
    expect(body.data[0]).toMatchObject({ distanceMiles: 0, branches: [{ postcode: 'BH1 1AA' }] });
  });

  it('says what is wrong with a question', async () => {
    const wrong = async (query: string) => {
      const { body } = await get(`/api/v1/offers?${query}`)
        .expect(422)
        .expect('content-type', /problem\+json/);
      return body.errors.map((error: { field: string }) => error.field);
    };
    expect(await wrong('limit=0')).toEqual(['limit']);
    expect(await wrong('limit=many')).toEqual(['limit']);
    expect(await wrong('cursor=nonsense')).toEqual(['cursor']);
    expect(await wrong('region=atlantis&category=magic&near=XX1')).toEqual(['region', 'category', 'near']);
    expect(await wrong('region=poole&region=weymouth')).toEqual(['region']);
    for (const time of [
      'tomorrow',
      '14:00',
      '2026-02-30',
      '2026-03-29T01:30',
      '1999-01-01',
      '2026-11-21T14:00+99:00',
    ]) {
      expect(await wrong(`usableAt=${encodeURIComponent(time)}`)).toEqual(['usableAt']);
    }
    const { body } = await get('/api/v1/offers?usableAt=Saturday').expect(422);
    expect(body.errors[0].message).toContain('2026-11-21T14:30');
  });

  it('says of one offer whether it may be used then, why not, and when next', async () => {
    const then = async (usableAt: string) =>
      (await get(`/api/v1/offers/${meal.id}?usableAt=${encodeURIComponent(usableAt)}`).expect(200)).body.usableThen;
    const next = '2026-11-28T00:00:00.000Z';
    expect(await then('2026-11-21T14:00')).toEqual({ usable: true, reason: null, nextUsableAt: null });
    expect(await then('2026-11-23T14:00Z')).toEqual({ usable: false, reason: 'offer_not_now', nextUsableAt: next });
    expect(await then('2026-11-22')).toEqual({ usable: false, reason: 'offer_not_now', nextUsableAt: next });
    expect((await get(`/api/v1/offers/${meal.id}`).expect(200)).body).not.toHaveProperty('usableThen');
    await get(`/api/v1/offers/${meal.id}?usableAt=soon`).expect(422);
  });

  it('gives one offer, one business, the regions and the categories', async () => {
    const one = await get(`/api/v1/offers/${meal.id}`).expect(200);
    expect(one.body.branches).toHaveLength(2);
    await get('/api/v1/offers/nonsense').expect(404);
    await get('/api/v1/offers/01a1fdfa-4600-7b84-b25c-430a2e56f7b0').expect(404);
    const { body } = await get(`/api/v1/businesses/${business.slug}`).expect(200);
    expect([body.offers.length, body.branches.length]).toEqual([2, 2]);
    await get('/api/v1/businesses/nobody').expect(404);
    const regions = await get('/api/v1/regions').expect(200);
    expect(regions.body.data).toHaveLength(12);
    expect(regions.body.data).toContainEqual({ slug: 'poole', name: 'Poole', offerCount: 3 });
    const categories = await get('/api/v1/categories').expect(200);
    expect(categories.body.data[0]).toEqual({
      slug: 'eating-and-drinking',
      name: 'Eating and drinking',
      offerCount: 2,
    });
  });

  it('describes itself', async () => {
    const { body } = await get('/api/openapi.json').expect(200);
    const offers = body.paths['/api/v1/offers'].get;
    expect(offers.parameters.map((one: { name: string }) => one.name)).toEqual(
      expect.arrayContaining(['region', 'category', 'q', 'near', 'within', 'usableAt', 'limit', 'cursor']),
    );
    expect(JSON.stringify(offers.responses['200'])).toContain('OfferPage');
  });
});

describe('the directory for people', () => {
  it('leads from the areas to an offer and its business', async () => {
    const all = await get('/offers').expect(200);
    expect(all.text).toContain('href="/offers/poole"');
    const list = await get('/offers/poole').expect(200);
    expect(list.text).toContain('Offers in Poole');
    expect(list.text).toContain('3 offers');
    expect(list.text).toContain('Usable today');
    expect(list.text).toContain('Usable from Monday');
    const offer = await get(`/offers/poole/${meal.slug}`).expect(200);
    expect(offer.text).toContain('"@type":"Offer"');
    expect(offer.text).toContain('rel="canonical"');
    expect(offer.text).toContain('BH15 1BS');
    expect(offer.text).toContain('Step-free way in');
    const page = await get(`/businesses/${business.slug}`).expect(200);
    expect(page.text).toContain('LocalBusiness');
  });

  it('filters with a plain form, and shows what is filtered by', async () => {
    const { text } = await get(
      '/offers/poole?q=&category=eating-and-drinking&town=&near=BH1+1AA&within=&usableAt=',
    ).expect(200);
    expect(text).toContain('2 offers');
    expect(text).toMatch(/nearest to <strong><bdi dir="ltr">BH1 1AA/);
    expect(text).toContain('href="/offers/poole?near&#x3D;BH1+1AA"');
    await get('/offers?region=poole&q=tea').expect(302).expect('location', '/offers/poole?q=tea');
  });

  it('filters by a day, or a day and a time, without a script', async () => {
    const monday = await get('/offers/poole?q=&usableOn=2026-11-23&usableTime=14%3A00').expect(200);
    expect(monday.text).toContain('Free tea with any lunch');
    expect(monday.text).not.toContain('10% off your meal');
    // What is asked stays in the boxes, and in the addresses of offers.
    expect(monday.text).toMatch(/name="usableOn"[^>]*value="2026-11-23"/);
    expect(monday.text).toMatch(/name="usableTime"[^>]*value="14:00"/);
    expect(monday.text).toContain('?usableAt&#x3D;2026-11-23T14%3A00"');
    // It is told as a filter that can be taken away.
    expect(monday.text).toMatch(/<a href="\/offers\/poole">.*Remove filter.*Usable on Monday 23 November 2026 at 2pm/);
    const saturday = await get('/offers/poole?usableOn=21/11/2026').expect(200);
    expect(saturday.text).toContain('10% off your meal');
    expect(saturday.text).toContain('Usable on Saturday 21 November 2026 <');
    const linked = await get('/offers/poole?usableAt=2026-11-23T14%3A00').expect(200);
    expect(linked.text).toMatch(/name="usableOn"[^>]*value="2026-11-23"/);
    expect((await get('/offers?usableOn=2026-11-23').expect(200)).text).toContain('Free tea with any lunch');
  });

  it('says what is wrong with a day or a time, and keeps what was typed', async () => {
    const wrong = async (query: string) => (await get(`/offers/poole?${query}`).expect(422)).text;
    expect(await wrong('usableOn=someday')).toMatch(/href="#usableOn">Enter a real date.*value="someday"/s);
    expect(await wrong('usableTime=2pm')).toMatch(/href="#usableOn">Choose a day too/);
    expect(await wrong('usableOn=2026-11-23&usableTime=late')).toMatch(/href="#usableTime">Enter a time/);
    expect(await wrong('usableAt=soon')).toMatch(/href="#usableOn">Enter a real date/);
    await get('/offers?usableTime=2pm').expect(422);
    await get(`/offers/poole/${meal.slug}?usableOn=someday`)
      .expect(422)
      .expect(/href="#usableOn">Enter a real date/);
  });

  it('answers on an offer’s page whether it can be used then', async () => {
    const ask = async (query: string) => (await get(`/offers/poole/${meal.slug}?${query}`).expect(200)).text;
    expect(await ask('usableOn=2026-11-21&usableTime=2pm')).toContain('Yes, on Saturday 21 November 2026 at 2pm.');
    const no = await ask('usableOn=2026-11-23&usableTime=14:00');
    expect(no).toContain('No, not on Monday 23 November 2026 at 2pm.');
    expect(no).toContain('You can use it on these days: Saturday.');
    expect(no).toContain('datetime="2026-11-28T00:00:00.000Z">You can use it next on Saturday 28 November 2026.<');
    expect(await ask('')).not.toContain('role="status"');
  });

  it('helps where nothing is found', async () => {
    const { text } = await get('/offers/weymouth').expect(200);
    expect(text).toContain('No offers here match');
    expect(text).toContain('10% off your meal');
    const lost = await get('/offers/atlantis').expect(404);
    expect(lost.text).toContain('href="/offers/poole"');
    await get('/offers/poole/no-such-offer').expect(404);
    await get('/businesses/no-such').expect(404);
  });

  it('keeps standing whatever is asked', async () => {
    await get('/offers/poole?near=nowhere')
      .expect(422)
      .expect(/Enter a real UK postcode/);
    await get('/offers/poole?limit=-1').expect(422);
    await get('/offers/poole?cursor=%F0%9F%98%80').expect(422);
    await get(`/offers/poole?q=${encodeURIComponent("' OR 1=1 -- 😀 & | ! ( :*")}`).expect(200);
    await get(`/offers/poole?q=${'a'.repeat(101)}`).expect(422);
    await get('/offers?q=%00').expect(422);
    await get('/offers?q=!!!')
      .expect(200)
      .expect(/No offers here match/);
  });

  it('escapes what businesses type, for browsers and for machines', async () => {
    for (const path of [
      '/offers/poole',
      '/offers/poole?category=shops',
      `/offers?q=${encodeURIComponent(hostile)}`,
      '/',
    ]) {
      expect((await get(path)).text).not.toContain('<script>alert');
    }
    const [bad] = (await get('/api/v1/offers?category=shops')).body.data;
    const { text } = await get(new URL(bad.url).pathname).expect(200);
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('\\u003cscript\\u003e');
  });

  it('leads from an offer that ended to what its business offers now', async () => {
    const offer = await given.offer(business.id, { percent: 30 }, 'soup');
    await get(`/offers/bournemouth/${offer.slug}`).expect(200);
    await get(`/offers/weymouth/${offer.slug}`)
      .expect(301)
      .expect('location', new RegExp(`/${offer.slug}$`));
    await given.offers.withdraw(offer.id, given.actor);
    const { text } = await get(`/offers/bournemouth/${offer.slug}`).expect(410);
    expect(text).toContain(`href="/businesses/${business.slug}"`);
  });

  it('can be kept by anybody, and told apart', async () => {
    const { headers } = await get('/offers/poole').expect(200);
    expect(headers['cache-control']).toContain('public');
    await get('/offers/poole').set('if-none-match', headers['etag']!).expect(304);
  });

  it('has a first page with real offers, and a map for search engines', async () => {
    const { text } = await get('/').expect(200);
    expect(text).toContain('A card that says thank you to carers');
    expect(text).toContain('offer-card');
    await get('/robots.txt')
      .expect(200)
      .expect(/Sitemap: http/);
    await get('/sitemap.xml')
      .expect(200)
      .expect(/offers-1\.xml/);
    await get('/sitemaps/offers-1.xml').expect(200).expect(new RegExp(meal.slug));
    await get('/sitemaps/pages-1.xml')
      .expect(200)
      .expect(/offers\/poole</);
    await get('/sitemaps/businesses-1.xml')
      .expect(200)
      .expect(/cafe-otterley/);
    await get('/sitemaps/nonsense').expect(404);
  });
});
