import { Database } from '@carers/database';
import { TradeReviews } from '@carers/vetting';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import type { GivenCase } from '../support/given-case.js';
import { Browser } from './access-browser.js';
import { staffBrowser } from './staff-browser.js';

describe('reviews of trades', () => {
  let program: TestApp;
  let given: Given;
  let one: GivenCase;
  let officer: Browser;
  let owner: Browser;
  let base: string;

  beforeAll(async () => {
    program = await startTestApp();
    given = new Given(program);
    await given.scheme();
    one = await given.case({ state: 'approved' });
    base = `/staff/vetting/${one.case.id}`;
    officer = await staffBrowser(program, one.officers[0]);
    owner = await staffBrowser(program, one.owner);
  });
  afterAll(() => program?.close());

  /** Somebody who used a card at the business today. */
  async function customer(email: string | null): Promise<void> {
    const { card } = await given.card({ email, firstName: 'Cass' });
    const { rows } = await program
      .get(Database)
      .pool.query<{ id: string }>('SELECT id FROM branch WHERE business_id = $1', [one.businessId]);
    await given.tillKey(rows[0]!.id);
    await program.get(Database).pool.query(
      `INSERT INTO redemption (id, till_id, branch_id, scan_id, offer_id, offer_revision, card_id, occurred_at, recorded_at)
         SELECT gen_random_uuid(), till.id, branch.id, gen_random_uuid(), $2, 1, $3, $4, $4
           FROM till JOIN branch ON branch.id = till.branch_id AND branch.business_id = $1 LIMIT 1`,
      [one.businessId, (await given.offer(one.businessId)).id, card.id, program.clock.now()],
    );
  }
  const linkTo = async (email: string, subject: string) => {
    const mail = (await program.outbox()).find((each) => each.to === email && each.subject.includes(subject))!;
    return new URL(/https?:\/\/\S+\/trade-review\/[\w-]+/.exec(mail.text)![0]).pathname;
  };
  const published = () => program.get(TradeReviews).publishedOf(one.businessId);
  const reviewIn = (html: string) => /href="(\/staff\/vetting\/[^"]+\/reviews\/[0-9a-f-]{36})"/.exec(html)![1]!;

  it('asks only customers whose card was used there, and each once', async () => {
    await given.card({ email: 'stranger@example.org' });
    await customer('cass@example.org');
    await customer(null);
    expect((await officer.submit(base, {}, `${base}/reviews/invite`)).status).toBe(303);
    expect((await officer.get(base)).text).toContain('Customers asked: 1');
    const asked = (await program.outbox()).filter(({ subject }) => subject.startsWith('What was'));
    expect(asked.map(({ to }) => to)).toEqual(['cass@example.org']);
    await officer.submit(base, {}, `${base}/reviews/invite`);
    expect((await officer.get(base)).text).toContain('nobody to ask');
  });

  it('go from the customer by an officer to the business, back to the customer, and then to everybody, bad ones too', async () => {
    const link = await linkTo('cass@example.org', 'What was');
    const visitor = new Browser(program);
    expect((await visitor.submit(link, { words: 'Bad.' })).status).toBe(422);
    const said = { stars: '1', words: 'Ron of Sea Road was late <b>twice</b>.', mayPublish: 'yes', workedIn: '' };
    expect((await visitor.submit(link, said)).status).toBe(303);
    expect((await visitor.get(link)).status).toBe(410);
    expect((await owner.get(`/business/${one.businessId}/trade-reviews`)).text).not.toContain('Sea Road');

    const path = reviewIn((await officer.get(base)).text);
    expect((await officer.get(path)).text).toContain('Ron of Sea Road was late &lt;b&gt;twice&lt;/b&gt;.');
    expect((await officer.submit(path, { shown: '' }, `${path}/pass`)).status).toBe(422);
    expect((await officer.submit(path, { shown: 'They were late twice.' }, `${path}/pass`)).status).toBe(303);
    expect((await officer.submit(path, { shown: 'x' }, `${path}/end`)).status).toBe(403); // no form, so no token
    expect(await published()).toEqual([]);

    const mine = `/business/${one.businessId}/trade-reviews/${path.split('/').at(-1)!}`;
    const seen = (await owner.get(mine)).text;
    expect(seen).toContain('They were late twice.');
    expect(seen).not.toContain('Sea Road');
    expect(seen).not.toContain('Cass');
    expect((await owner.submit(mine, { words: 'We are sorry.' })).status).toBe(303);
    expect((await owner.get(mine)).text).not.toContain('<textarea');

    const last = await linkTo('cass@example.org', 'has replied');
    expect((await visitor.get(last)).text).toContain('We are sorry.');
    expect((await visitor.submit(last, { lastWord: 'Thank you for that.' })).status).toBe(303);
    expect((await visitor.get(last)).status).toBe(410);
    const end = { shown: 'They were late twice.', reply: 'We are sorry.', lastWord: 'Thank you for that.' };
    expect((await officer.submit(path, end, `${path}/end`)).status).toBe(303);
    expect(await published()).toMatchObject([
      { stars: 1, words: 'They were late twice.', reply: 'We are sorry.', lastWord: 'Thank you for that.' },
    ]);
  });

  it('are not published where the customer does not want it, or they are set aside', async () => {
    const call = { kind: 'complaint', words: 'The tap drips.', stars: '', workedIn: '' };
    expect((await officer.submit(`${base}/reviews/new`, { ...call, words: '' })).status).toBe(422);
    expect((await officer.submit(`${base}/reviews/new`, { ...call, kind: 'review' })).status).toBe(422);
    const kept = await officer.submit(`${base}/reviews/new`, call);
    const path = kept.headers['location'] as string;
    await officer.submit(path, { shown: 'The tap drips.' }, `${path}/pass`);
    // The business says nothing, and its time runs out.
    expect((await officer.get(path)).text).toContain('can reply until');
    program.clock.advance({ days: 15 });
    officer = await staffAgain();
    expect((await officer.submit(path, { shown: 'The tap drips.' }, `${path}/end`)).status).toBe(422);
    const end = { shown: 'The tap drips.', outcome: 'upheld', outcomeWords: 'They did not come back.' };
    expect((await officer.submit(path, end, `${path}/end`)).status).toBe(303);
    expect((await officer.get(path)).text).toContain('The complaint was right');
    expect(await published()).toHaveLength(1);

    const abuse = await officer.submit(`${base}/reviews/new`, { ...call, kind: 'review', stars: '1' });
    const other = abuse.headers['location'] as string;
    expect((await officer.submit(other, { why: 'Another business.' }, `${other}/set-aside`)).status).toBe(303);
    expect(await published()).toHaveLength(1);
  });

  it('are nobody else’s business', async () => {
    const path = reviewIn((await officer.get(base)).text);
    const stranger = await staffBrowser(program, (await given.case({ state: 'approved' })).owner);
    expect((await stranger.get(`/business/${one.businessId}/trade-reviews`)).status).toBe(404);
    expect((await stranger.get(path)).status).toBe(403);
    expect((await owner.get(path)).status).toBe(403);
    expect((await new Browser(program).get('/trade-review/AAAAAAAAAAAAAAAAAAAAAA')).status).toBe(410);
    const another = await given.case({ state: 'approved' });
    expect((await officer.get(path.replace(one.case.id, another.case.id))).status).toBe(404);
  });

  /** Sessions of staff do not last for weeks. */
  async function staffAgain(): Promise<Browser> {
    const fresh = await given.cases.officer();
    return staffBrowser(program, fresh);
  }
});
