import { randomUUID } from 'node:crypto';
import { Database } from '@carers/database';
import { JobRunner } from '@carers/jobs';
import type { Offer } from '@carers/offers';
import { CaseChecks, VettingCases } from '@carers/vetting';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DirectoryMemory } from '../../libs/offers/src/directory/directory-memory.js';
import { ListingSchedule } from '../../libs/vetting/src/listing/listing.jobs.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenBusiness, type GivenCard } from '../support/given.js';
import type { GivenCase } from '../support/given-case.js';

const terms = { kind: 'percentage', percent: 15, who: 'carer', how: 'in_person' } as const;

let running: TestApp;
let given: Given;
let plumber: GivenBusiness;
let file: GivenCase;
let offer: Offer;
let margaret: GivenCard;
let key: string;

const get = (path: string) => running.browser().get(path);
const till = (path: string, body: object) =>
  running.browser().post(path).set('authorization', `Bearer ${key}`).send(body);
const nightOf = async (day: string) => {
  running.clock.set(`${day}T00:01:00Z`);
  // As every worker does: asked twice, done once.
  await Promise.all([running.get(ListingSchedule).nightly(), running.get(ListingSchedule).nightly()]);
  await running.get(JobRunner).drain();
};
const accept = async (day: string) => {
  const check = (await running.get(CaseChecks).of(file.case.id)).find((each) => each.key === 'public-liability')!;
  await running
    .get(Database)
    .transaction((tx) => running.get(CaseChecks).accept(tx, check.id, { validUntil: day }, file.officers[2]));
};

/** Through every door behind which a carer, a shop or a search engine could find the offer: whether it is there. */
async function doors(): Promise<Record<string, boolean>> {
  const { slug } = plumber.business;
  // The clock of the test moved; the two seconds for which finished answers are kept have not passed.
  running.get(DirectoryMemory).forget();
  const has = (body: unknown) => JSON.stringify(body).includes(offer.id);
  const scan = { credential: margaret.printedQr, scanId: randomUUID() };
  const page = await get(`/offers/poole/${offer.slug}`);
  const ofBusiness = await get(`/businesses/${slug}`);
  return {
    api: has((await get('/api/v1/offers?q=repair').expect(200)).body),
    near: has((await get('/api/v1/offers?near=BH15%201HJ&within=5').expect(200)).body),
    category: has((await get('/api/v1/offers?category=home-and-garden&region=poole').expect(200)).body),
    'one of the API': (await get(`/api/v1/offers/${offer.id}`)).status === 200,
    'business of the API': (await get(`/api/v1/businesses/${slug}`)).status === 200,
    list: (await get('/offers/poole').expect(200)).text.includes(offer.slug),
    page: page.status === 200,
    business: ofBusiness.status === 200 && ofBusiness.text.includes(offer.slug),
    counts: JSON.stringify((await get('/api/v1/categories').expect(200)).body).includes(
      '"home-and-garden","name":"Home and garden","offerCount":1',
    ),
    'sitemap of offers': (await get('/sitemaps/offers-1.xml').expect(200)).text.includes(offer.slug),
    'sitemap of businesses': (await get('/sitemaps/businesses-1.xml').expect(200)).text.includes(
      `/businesses/${slug}<`,
    ),
    register: JSON.stringify((await get('/api/v1/register').expect(200)).body).includes(`"${slug}"`),
    statement: (await get(`/register/${slug}/badge.jwt`)).status === 200,
    till: has((await till('/api/v1/validations', scan).expect(200)).body),
    redemption: (await till('/api/v1/redemptions', { scanId: scan.scanId, offerId: offer.id })).status < 300,
    bundle: has((await get('/api/v1/till/bundle').set('authorization', `Bearer ${key}`).expect(200)).body),
  };
}
const all = (value: boolean) =>
  expect.objectContaining(Object.fromEntries(Object.keys(names).map((name) => [name, value])));
let names: Record<string, boolean>;

beforeAll(async () => {
  running = await startTestApp({ at: '2026-11-21T12:00:00Z' });
  given = new Given(running);
  await given.scheme();
  plumber = await given.business({ name: 'Marsh Plumbing', category: 'home-and-garden', worksInHomes: true });
  margaret = await given.card();
  key = await given.tillKey(plumber.branch.id);
  offer = await given.offer(plumber.business.id, terms, 'any repair');
  file = await given.case({ state: 'recommended', businessId: plumber.business.id });
});
afterAll(() => running?.close());

describe('an offer for work in people’s homes', () => {
  it('is nowhere before its business is accredited, and everywhere as soon as it is', async () => {
    names = await doors();
    expect(names).toEqual(all(false));
    const hidden = await get(`/businesses/${plumber.business.slug}`).expect(404);
    expect(hidden.text).toContain('Marsh Plumbing is not listed at present');
    expect(hidden.text).not.toContain('1 The Quay');
    await running
      .get(Database)
      .transaction((tx) => running.get(VettingCases).move(tx, file.case.id, 'approve', {}, file.officers[1]));
    expect(await doors()).toEqual(all(true));
    const page = await get(`/businesses/${plumber.business.slug}`).expect(200);
    expect(page.text).toContain(`/register/${plumber.business.slug}`);
    expect((await get('/offers/poole').expect(200)).text).toContain('comes to you · checked');
  });

  it('goes everywhere in the night in which the insurance lapses, and comes back when it is renewed', async () => {
    await accept('2027-01-31');
    for (const day of ['2027-01-01', '2027-01-17', '2027-01-28']) await nightOf(day);
    await nightOf('2027-01-31');
    expect(await doors()).toEqual(all(true));
    await nightOf('2027-02-01');
    expect(await doors()).toEqual(all(false));
    // What a till without a connection recorded the evening before happened in good faith; in the morning it had not to.
    const flags = async (occurredAt: string) => {
      const use = { scanId: randomUUID(), offerId: offer.id, credential: margaret.printedQr, occurredAt };
      const body = { sentAt: running.clock.now().toISOString(), redemptions: [use] };
      const answer = await till('/api/v1/redemptions/batch', body).expect(200);
      return (answer.body as { results: { flags: string[] }[] }).results[0]!.flags;
    };
    expect(await flags('2027-01-31T18:00:00Z')).toEqual([]);
    running.clock.set('2027-02-01T09:00:00Z');
    expect(await flags('2027-02-01T08:30:00Z')).toEqual(['offer_not_here']);
    expect((await get(`/offers/poole/${offer.slug}`).expect(404)).text).toContain('cannot be used at present');
    const sent = (await running.outbox()).map(({ subject }) => subject);
    expect(sent.filter((subject) => subject.includes('runs out on 31 January 2027'))).toHaveLength(3);
    expect(sent.filter((subject) => subject.includes('no longer shown as checked'))).toHaveLength(1);
    await accept('2027-10-31');
    expect(await doors()).toEqual(all(true));
  });

  it('is out of every list at midnight, also when no worker runs, and out of the tills once one does', async () => {
    running.clock.set('2027-11-02T09:00:00Z');
    const gone = await doors();
    expect(
      Object.entries(gone)
        .filter(([, there]) => there)
        .map(([name]) => name),
    ).toEqual(['till', 'redemption', 'bundle']);
    await nightOf('2027-11-02');
    expect(await doors()).toEqual(all(false));
  });
});
