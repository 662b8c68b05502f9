import { randomUUID } from 'node:crypto';
import { Accounts } from '@carers/access';
import { Moderation } from '@carers/businesses';
import { Database } from '@carers/database';
import { JobRunner } from '@carers/jobs';
import { Figures, Leaflets, LeadWork, Pipeline, type Suggester, Suggestions, WhereSaid } from '@carers/recruiting';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FirstUsesSchedule } from '../../libs/recruiting/src/figures/first-uses.js';
import { ForgetLeadsSchedule } from '../../libs/recruiting/src/retention.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given, type GivenCard } from '../support/given.js';
import { Browser } from './access-browser.js';

let program: TestApp;
let given: Given;
let database: Database;
let ann: GivenCard;
let ben: GivenCard;
let carer: Browser;
const system = { kind: 'system', id: 'test' } as const;

beforeAll(async () => {
  program = await startTestApp({ at: '2026-11-21T09:00:00Z' });
  given = new Given(program);
  await given.scheme();
  database = program.get(Database);
  ann = await holder('ann@example.org', { firstName: 'Ann' });
  ben = await holder('ben@example.org', { firstName: 'Ben' });
  carer = new Browser(program);
  await carer.signIn('ann@example.org');
});
afterAll(() => program?.close());
beforeEach(async () => {
  await database.pool.query('TRUNCATE rate_limit, recruiting_lead, recruitment, place_vote, leaflet CASCADE');
  await database.pool.query(`DELETE FROM lead; UPDATE cardholder SET left_at = NULL`);
});

/** A cardholder who can sign in. */
async function holder(email: string, person: object = {}): Promise<GivenCard> {
  const made = await given.card({ ...person, email, contactChannel: 'email' });
  await database.transaction(async (tx) => {
    const accountId = await program.get(Accounts).ensure(tx, { email, name: 'Ann Hale' });
    await tx.query('UPDATE cardholder SET account_id = $1 WHERE id = $2', [accountId, made.cardholder.id]);
  });
  return made;
}

const by = ({ cardholder }: GivenCard): Suggester => ({ kind: 'cardholder', cardholder });
async function suggest(name: string, where: string, who: Suggester = { kind: 'public' }, more: object = {}) {
  const place = await program.get(WhereSaid).read(where);
  return program
    .get(Suggestions)
    .keep({ id: randomUUID(), name, where: place, categoryId: null, why: null, askFor: null, ...more }, who);
}
const lead = async (id: string) =>
  (
    await database.query<{
      stage: string;
      supporters: number;
      others: number;
      business_id: string | null;
      closed: boolean;
    }>(
      `SELECT stage, supporters, others, business_id, closed_at IS NOT NULL AS closed
         FROM recruiting_lead JOIN lead ON lead.id = lead_id WHERE lead_id = $1`,
      [id],
    )
  )[0];
const count = async (table: string, where = 'true') =>
  (await database.query<{ count: number }>(`SELECT count(*)::integer AS count FROM ${table} WHERE ${where}`))[0]!.count;

describe('a suggested business', () => {
  it('is one lead, however it is written and by whomever', async () => {
    const id = await suggest('The Corner Café', 'Poole', by(ann));
    for (const [name, where] of [
      ['corner cafe', 'poole'],
      ['Corner Café Ltd', 'BH15 1HJ'],
      ['Cornr Cafe', 'Poole'],
    ] as const)
      expect(await suggest(name, where, by(ben))).toBe(id);
    expect(await suggest('The Corner Cafe', 'BH15 1HJ')).toBe(id);
    expect(await lead(id)).toMatchObject({ supporters: 2, others: 1, stage: 'new' });
    expect(await count('lead')).toBe(1);
  });

  it('is another one in another town, or with another name', async () => {
    const id = await suggest('The Corner Café', 'Poole');
    expect(await suggest('The Corner Café', 'Dorchester')).not.toBe(id);
    expect(await suggest('The Harbour Café', 'Poole')).not.toBe(id);
    expect(await suggest('東京', 'Poole')).toBe(await suggest('東京', 'Poole'));
  });

  it('is one lead when many say it at once, and each cardholder counts once', async () => {
    const ids = await Promise.all([
      ...Array.from({ length: 6 }, () => suggest('Quayside Books', 'Poole', by(ann))),
      ...Array.from({ length: 6 }, () => suggest('Quayside books', 'BH15 1HJ', by(ben))),
    ]);
    expect(new Set(ids).size).toBe(1);
    expect(await lead(ids[0]!)).toMatchObject({ supporters: 2, others: 0 });
  });

  it('can be sent without an account, twice by mistake, and says nothing of others', async () => {
    await suggest('Quayside Books', 'Poole', by(ben), { why: 'Ben was here' });
    const stranger = new Browser(program);
    const shown = await stranger.get('/suggest-a-business');
    const form = /name="form" value="([^"]+)"/.exec(shown.text)![1]!;
    const sent = { form, name: 'Quayside Books', where: 'Poole', category: 'shops', why: 'Lovely', askFor: 'Jo' };
    for (let times = 0; times < 2; times++) {
      const answer = await stranger.submit('/suggest-a-business', sent);
      expect(answer.headers['location']).toBe('/suggest-a-business/done');
    }
    expect((await stranger.get('/suggest-a-business/done')).text).not.toMatch(/Ben|Quayside|\b1\b.*other/);
    expect(await count('lead_support')).toBe(2);
  });

  it('needs a name and a place that there is', async () => {
    const stranger = new Browser(program);
    const empty = await stranger.submit('/suggest-a-business', { name: ' ', where: '' });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('Enter the name of the business');
    expect(empty.text).toContain('Enter a town or a postcode');
    for (const where of ['EC1A 1BB', 'ZZ1 1ZZ']) {
      const { status } = await stranger.submit('/suggest-a-business', { name: 'Somewhere', where });
      expect(status).toBe(422);
    }
    expect(await count('lead')).toBe(0);
  });

  it('that is in the directory is shown there instead, unless it is a different one', async () => {
    await given.business({ name: 'The Tide Tables', postcode: 'BH15 1HJ' });
    const sent = { name: 'Tide Tables', where: 'Poole' };
    const answer = await carer.submit('/suggest-a-business', sent);
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('/businesses/the-tide-tables');
    expect(await count('lead')).toBe(0);
    await carer.submit('/suggest-a-business', { ...sent, different: 'yes' });
    expect(await count('lead_support', `cardholder_id = '${ann.cardholder.id}'`)).toBe(1);
    expect((await carer.get('/account/bring-a-business')).text).toContain('Tide Tables');
  });

  it('is taken only so often from one address', async () => {
    const stranger = new Browser(program);
    let status = 0;
    for (let times = 0; times < 32 && status !== 429; times++)
      status = (await stranger.submit('/suggest-a-business', { name: 'Quayside Books', where: 'Poole' })).status;
    expect(status).toBe(429);
    expect(await count('lead_support')).toBe(30);
  });
});

describe('staff', () => {
  it('put two leads together, and take them apart again', async () => {
    const work = program.get(LeadWork);
    const one = await suggest('Costa', 'Poole', by(ann));
    const two = await suggest('The coffee shop by the quay', 'Poole', by(ann));
    await suggest('The coffee shop by the quay', 'Poole', by(ben));
    await work.merge(two, one, system);
    expect(await lead(one)).toMatchObject({ supporters: 2 });
    expect((await program.get(Pipeline).counts()).new).toBe(1);
    // What is said of the one from now on counts for the other.
    expect(await suggest('The coffee shop by the quay', 'Poole')).toBe(one);
    await expect(work.merge(two, one, system)).rejects.toMatchObject({ slug: 'lead-cannot-merge' });
    await expect(work.merge(one, one, system)).rejects.toMatchObject({ slug: 'lead-cannot-merge' });
    await work.unmerge(two, system);
    expect(await lead(one)).toMatchObject({ supporters: 1, others: 1 });
    expect(await lead(two)).toMatchObject({ supporters: 2, closed: false });
  });

  it('never make a ring of leads, whoever merges what at once', async () => {
    const work = program.get(LeadWork);
    const one = await suggest('First', 'Poole');
    const two = await suggest('Another', 'Poole');
    const done = await Promise.allSettled([work.merge(one, two, system), work.merge(two, one, system)]);
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await count('recruiting_lead', 'merged_into IS NOT NULL')).toBe(1);
  });

  it('move a lead along, and what ended can be opened again', async () => {
    const work = program.get(LeadWork);
    const id = await suggest('Quayside Books', 'Poole');
    await work.move(id, 'contacted', '2026-12-01', system);
    await work.move(id, 'declined', null, system);
    expect(await lead(id)).toMatchObject({ stage: 'declined', closed: true });
    await expect(work.move(id, 'joined', null, system)).rejects.toMatchObject({ slug: 'lead-stage-forbids' });
    await work.move(id, 'contacted', null, system);
    expect(await lead(id)).toMatchObject({ stage: 'contacted', closed: false });
  });
});

describe('a leaflet', () => {
  it('has a code that is made once, and leads into the registration', async () => {
    const pages = await Promise.all([1, 2, 3].map(() => carer.get('/account/bring-a-business')));
    const codes = pages.map(({ text }) => /<bdi dir="ltr">([A-Z0-9]{3} [A-Z0-9]{3})<\/bdi>/.exec(text)![1]!);
    expect(new Set(codes).size).toBe(1);
    const code = codes[0]!.replace(' ', '');
    const file = await carer.get('/account/bring-a-business/leaflet.pdf?paper=a4');
    expect(file.headers['content-type']).toBe('application/pdf');
    expect(await count('leaflet', `code = '${code}' AND downloads = 1`)).toBe(1);

    const owner = new Browser(program);
    expect((await owner.get(`/for-business?from=${code}`)).text).toContain(`/for-business/join?from&#x3D;${code}`);
    expect((await owner.get('/for-business?from=%22%3E')).text).not.toContain('join?from');
    const first = String((await owner.get(`/for-business/join?from=${code}`)).headers['location']);
    expect(first).toBe(`/for-business/join/name?from=${code}`);
    await owner.submit(first, { name: 'Quayside Books' });
    await owner.submit('/for-business/join/kind', { kind: 'independent' });
    await owner.submit('/for-business/join/category', { category: 'shops' });
    await owner.submit('/for-business/join/homes', { homes: 'no' });
    const contact = { contactName: 'Jo', contactEmail: 'jo@books.example', contactPhone: '' };
    await owner.submit('/for-business/join/contact', contact);
    expect((await owner.get('/for-business/join/about')).text).toMatch(
      new RegExp(`name="leafletCode"[^>]*value="${code}"`),
    );
  });

  it('is for people whose card works', async () => {
    const nobody = new Browser(program);
    await database.transaction((tx) => program.get(Accounts).ensure(tx, { email: 'no@example.org', name: 'No Card' }));
    await nobody.signIn('no@example.org');
    expect((await nobody.get('/account/bring-a-business')).status).toBe(409);
    expect((await nobody.get('/account')).text).not.toContain('bring-a-business');
  });

  /** A business that gave a code waits to be published. */
  async function joinedWith(code: string, name: string): Promise<string> {
    const { business } = await given.business({ name });
    await database.query(`UPDATE business SET status = 'submitted', recruited_by_code = $2 WHERE id = $1`, [
      business.id,
      code,
    ]);
    await database.query('DELETE FROM recruitment WHERE business_id = $1', [business.id]);
    return business.id;
  }

  const thanks = () => count('outgoing_message', `template = 'recruiting/thanks'`);

  it('earns thanks once, and only for those who want them', async () => {
    const mine = await program.get(Leaflets).ofCardholder(ann.cardholder);
    const before = await thanks();
    const unasked = await joinedWith(mine.code, 'Unasked Arts');
    await program.get(Moderation).publish(unasked, system);
    expect(await thanks()).toBe(before);

    await carer.submit('/account/bring-a-business', { thanks: 'yes' });
    const id = await joinedWith(mine.code, 'Thankful Teas');
    await Promise.allSettled([1, 2, 3].map(() => program.get(Moderation).publish(id, system)));
    expect(await thanks()).toBe(before + 1);
    // Suspended and published again: they know already.
    await program.get(Moderation).suspend(id, 'A question', system);
    await program.get(Moderation).publish(id, system);
    expect(await thanks()).toBe(before + 1);
    const message = (await program.outbox()).find(({ to }) => to === 'ann@example.org');
    expect(message).toMatchObject({ to: 'ann@example.org', subject: expect.stringContaining('Thankful Teas') });
    expect((await carer.get('/account')).text).toContain('You brought 2 places');
    expect((await carer.get('/account/bring-a-business')).text).toContain('/businesses/thankful-teas');
  });

  it('is counted up to the first use, which is kept as a day', async () => {
    const leaflets = program.get(Leaflets);
    const staff = await leaflets.makeForStaff('Poole library', null, system);
    const id = await joinedWith(staff.code, 'Counted Cakes');
    await program.get(Moderation).publish(id, system);
    await database.query(
      `INSERT INTO redemption (id, branch_id, scan_id, offer_id, offer_revision, occurred_at, recorded_at, source)
       SELECT gen_random_uuid(), branch.id, gen_random_uuid(), $2, 1, $3, $3, 'settlement' FROM branch WHERE business_id = $1`,
      [id, (await given.offer(id)).id, '2026-11-20T23:30:00Z'],
    );
    await program.get(FirstUsesSchedule).ask();
    await program.get(JobRunner).drain();
    const [row] = await program.get(Figures).byCode(null, 10);
    expect(row).toMatchObject({ label: 'Poole library', joined: 1, published: 1, used: 1, firstUsedOn: '2026-11-20' });
    const sources = await program.get(Figures).bySource();
    expect(sources.map(({ kind, codes, used }) => [kind, codes, used])).toEqual([
      ['cardholder', 0, 0],
      ['staff', 1, 1],
      ['letter', 0, 0],
      ['suggestion', 0, 0],
    ]);
  });

  it('and a suggestion of the same business end together when it is published', async () => {
    const suggested = await suggest('Matched Muffins', 'BH15 1HJ', by(ben));
    const id = await joinedWith('NOSUCH', 'Matched Muffins Ltd');
    await program.get(Moderation).publish(id, system);
    expect(await lead(suggested)).toMatchObject({ stage: 'joined', business_id: id, closed: true });
    expect(await count('recruitment', `lead_id = '${suggested}'`)).toBe(1);
    await program.get(LeadWork).unlink(suggested, system);
    expect(await lead(suggested)).toMatchObject({ stage: 'interested', business_id: null, closed: false });
    expect(await count('recruitment')).toBe(0);
  });
});

describe('a wish for a kind of place', () => {
  const votes = () =>
    database.query<{ slug: string; town: string | null }>(
      `SELECT category.slug, town.slug AS town FROM place_vote JOIN category ON category.id = category_id
         LEFT JOIN town ON town.id = town_id ORDER BY position`,
    );
  const send = (place: string, categories: string[]) =>
    carer.agent.post('/account/places-wanted').type('form').send({ place, categories, _csrf: token });
  let token = '';
  beforeEach(async () => {
    token = /name="_csrf" value="([^"]+)"/.exec((await carer.get('/account/places-wanted')).text)![1]!;
  });

  it('is one for each card and kind, changed as often as one likes, however many are sent at once', async () => {
    const [region] = await database.query<{ region: string; town: string }>(
      `SELECT region.slug AS region, town.slug AS town FROM town JOIN region ON region.id = region_id ORDER BY town.slug LIMIT 1`,
    );
    const place = `${region!.region}.${region!.town}`;
    await Promise.all(Array.from({ length: 6 }, () => send(place, ['shops', 'motoring'])));
    expect(await votes()).toEqual([
      { slug: 'shops', town: region!.town },
      { slug: 'motoring', town: region!.town },
    ]);
    await send(region!.region, ['learning']);
    expect(await votes()).toEqual([{ slug: 'learning', town: null }]);
    const { text } = await carer.get('/account/places-wanted');
    expect(text).toMatch(/value="learning" checked/);
    await send(region!.region, []);
    expect(await votes()).toEqual([]);
  });

  it('is one of five at most, and of a place that there is', async () => {
    const six = ['shops', 'motoring', 'learning', 'online', 'hair-and-beauty', 'leisure-and-sport'];
    const [{ slug }] = (await database.query<{ slug: string }>('SELECT slug FROM region LIMIT 1')) as [
      { slug: string },
    ];
    expect((await send(slug, six)).status).toBe(422);
    expect((await send('atlantis', ['shops'])).status).toBe(422);
    expect((await send(slug, ['nonsense'])).status).toBe(422);
    expect(await votes()).toEqual([]);
  });
});

describe('a cardholder who leaves', () => {
  it('is in no wish, leaflet or suggestion any more; the counts stay', async () => {
    const { cardholder } = ben;
    const leaflet = await program.get(Leaflets).ofCardholder(cardholder);
    const id = await suggest('Quayside Books', 'Poole', by(ben), { why: 'I go there with my mother' });
    await database.query(
      `INSERT INTO place_vote SELECT $1, category.id, $2, NULL, now() FROM category WHERE slug = 'shops'`,
      [cardholder.id, cardholder.regionId],
    );
    await database.query('UPDATE cardholder SET left_at = now() WHERE id = $1', [cardholder.id]);
    expect(await count('place_vote')).toBe(0);
    expect(await count('leaflet', `id = '${leaflet.id}' AND cardholder_id IS NULL AND NOT thanks_wanted`)).toBe(1);
    expect(await count('lead_support', 'cardholder_id IS NULL AND why IS NULL')).toBe(1);
    expect(await lead(id)).toMatchObject({ supporters: 1 });
    const trail = await database.query<{ line: string }>(
      `SELECT audit_event::text AS line FROM audit_event WHERE action LIKE 'lead.%'`,
    );
    expect(trail.some(({ line }) => line.includes(cardholder.id))).toBe(false);
  });

  it('and old leads lose what is about people', async () => {
    const id = await suggest('Quayside Books', 'Poole', by(ann), { why: 'I go there', askFor: 'Jo, 01632 960001' });
    await program.get(LeadWork).note(id, 'Jo is nice', system);
    await program.get(LeadWork).move(id, 'no_answer', null, system);
    await program.get(ForgetLeadsSchedule).ask();
    await program.work();
    expect(await count('lead_note')).toBe(1);
    const then = program.clock.now();
    program.clock.advance({ days: 366 });
    await program.get(ForgetLeadsSchedule).ask();
    await program.work();
    program.clock.set(then);
    expect(await count('lead_note')).toBe(0);
    expect(await count('lead_support', 'cardholder_id IS NOT NULL OR why IS NOT NULL')).toBe(0);
    expect(await count('recruiting_lead', 'ask_for IS NOT NULL')).toBe(0);
    expect(await lead(id)).toMatchObject({ stage: 'no_answer', supporters: 1 });
  });
});
