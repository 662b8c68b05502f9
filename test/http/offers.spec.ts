import { Accounts } from '@carers/access';
import { Joining } from '@carers/businesses';
import { Database } from '@carers/database';
import { Offers } from '@carers/offers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret, TOTP } from 'otpauth';
import { startTestApp, type TestApp } from '../support/app.js';
import { Given } from '../support/given.js';
import { Browser } from './access-browser.js';

const actor = { kind: 'system', id: 'test' } as const;
const filled = { kind: 'percentage', percent: '10', what: 'your meal', who: 'carer', how: 'in_person' };
let program: TestApp;
let given: Given;
let owner: Browser;
let registrar: Browser;
let businessId: string;
let path: string;

const api = async () =>
  (await program.browser().get('/api/v1/offers?limit=100')).body.data as { id: string; title: string }[];
const latest = async () => (await program.get(Offers).allOf(businessId))[0]!;

beforeAll(async () => {
  program = await startTestApp();
  given = new Given(program);
  await given.scheme();
  const { business } = await given.business({ name: 'The Blue Door' });
  businessId = business.id;
  path = `/business/${businessId}/offers`;
  const database = program.get(Database);
  await database.transaction(async (tx) => {
    await program.get(Joining).addOwner(tx, businessId, { email: 'owner@example.org', name: 'Olu Owner' }, actor);
    const id = await program.get(Accounts).ensure(tx, { email: 'staff@example.org', name: 'Sam Staff' });
    await program.get(Accounts).grant(tx, id, 'registrar');
  });
  owner = new Browser(program);
  await owner.signIn('owner@example.org');
  registrar = new Browser(program);
  await registrar.signIn('staff@example.org');
  const setUp = await registrar.get('/sign-in/second-factor/set-up');
  const secret = /<bdi dir="ltr">([A-Z2-7 ]+)<\/bdi>/.exec(setUp.text)![1]!.replace(/ /g, '');
  const timestamp = program.clock.now().getTime();
  await registrar.submit('/sign-in/second-factor/set-up', {
    code: TOTP.generate({ secret: Secret.fromBase32(secret), timestamp }),
  });
});
afterAll(() => program?.close());
beforeEach(async () => {
  program.clock.advance({ seconds: 1 });
  await program.get(Database).pool.query('TRUNCATE rate_limit');
});

describe('an offer on its way', () => {
  it('is shown as carers will see it, sent, agreed to, listed, changed, paused and ended', async () => {
    const preview = await owner.submit(`${path}/new`, { ...filled, action: 'preview' });
    expect(preview.status).toBe(200);
    expect(preview.text).toContain('10% off your meal. For the carer. Show your card when you pay.');
    expect(await program.get(Offers).allOf(businessId)).toHaveLength(0);

    const sent = await owner.submit(`${path}/new`, filled);
    expect([sent.status, sent.headers['location']]).toEqual([303, path]);
    const offer = await latest();
    expect((await owner.get(path)).text).toContain('Waiting for us');

    expect((await registrar.get('/staff/offers')).text).toContain('10% off your meal');
    const page = `/staff/offers/${offer.id}`;
    const seen = /name="seen" value="([^"]+)"/.exec((await registrar.get(page)).text)![1]!;
    expect((await registrar.submit(page, { seen }, `${page}/publish`)).status).toBe(303);
    expect(await api()).toMatchObject([{ id: offer.id, title: '10% off your meal' }]);
    const [mail] = await program.outbox();
    expect(mail).toMatchObject({ subject: 'Carers can see your offer: 10% off your meal' });

    const edit = await owner.get(`${path}/${offer.id}`);
    expect(edit.text).toContain('value="your meal"');
    await owner.submit(`${path}/${offer.id}`, { ...filled, percent: '20' });
    expect(await api()).toMatchObject([{ title: '10% off your meal' }]);
    expect((await owner.get(path)).text).toContain('A change waits for us');
    await registrar.submit(page, {}, `${page}/publish`);
    expect(await api()).toMatchObject([{ title: '20% off your meal' }]);

    await owner.submit(path, {}, `${path}/${offer.id}/pause`);
    expect(await api()).toEqual([]);
    await owner.submit(path, {}, `${path}/${offer.id}/resume`);
    expect(await api()).toHaveLength(1);
    await owner.submit(path, {}, `${path}/${offer.id}/withdraw`);
    expect(await api()).toEqual([]);
    expect((await registrar.get(page)).text).toContain('Shown again');
  });

  it('carries every condition from its owner to staff, carers and tills', async () => {
    const terms = {
      ...filled,
      days: '6',
      'times.0.from': '10pm',
      'times.0.to': '2am',
      excludedDates: '24–26 December 2026\n31 December 2026',
      minimumHoursOfCaring: '20',
      stale: 'days',
      staleDays: '7',
    };
    const preview = await owner.submit(`${path}/new`, { ...terms, action: 'preview' });
    const said = 'Not on these dates: 24 December 2026 to 26 December 2026 and 31 December 2026.';
    const till = 'A till without internet may give it while its list of cards is at most 7 days old.';
    const hours = 'You must care for at least 20 hours a week.';
    for (const words of [said, till, hours, 'Saturday, 10pm to 2am the next day only.'])
      expect(preview.text).toContain(words);
    await owner.submit(`${path}/new`, terms);
    const { id } = await latest();
    const page = `/staff/offers/${id}`;
    for (const words of [said, till, hours]) expect((await registrar.get(page)).text).toContain(words);
    await registrar.submit(page, {}, `${page}/publish`);
    const excludedDates = ['2026-12-24', '2026-12-25', '2026-12-26', '2026-12-31'];
    expect((await latest()).terms).toMatchObject({ excludedDates, staleListDays: 7, minimumHoursOfCaring: 20 });

    const { url } = (await program.browser().get(`/api/v1/offers/${id}`)).body as { url: string };
    const at = new URL(url).pathname;
    const open = await program.browser().get(`${at}?usableOn=2026-12-20&usableTime=01:00`);
    for (const words of [said, '10pm to 2am the next day', 'Yes, on Sunday 20 December 2026'])
      expect(open.text).toContain(words);
    expect(open.text).not.toContain(till);
    expect((await program.browser().get(`${at}?usableOn=2026-12-26&usableTime=23:00`)).text).toContain(
      'This offer leaves that day out.',
    );

    // A change waits, with all of it.
    const edit = (await owner.get(`${path}/${id}`)).text;
    for (const words of [
      '24 December 2026 to 26 December 2026\n31 December 2026</textarea>',
      'value="10pm"',
      'value="20"',
    ])
      expect(edit).toContain(words);
    await owner.submit(`${path}/${id}`, { ...terms, excludedDates: '', stale: 'never', minimumHoursOfCaring: '35' });
    const changed = await latest();
    expect(changed.terms).toMatchObject({ excludedDates, staleListDays: 7 });
    expect(changed.proposed!.terms).toMatchObject({ staleListDays: 0, minimumHoursOfCaring: 35 });
    expect(changed.proposed!.terms.excludedDates).toBeUndefined();
    expect((await registrar.get(page)).text).toContain('A till without internet may not give it.');
    await owner.submit(path, {}, `${path}/${id}/withdraw`);
  });

  it('is not changed over a colleague’s change without a word', async () => {
    await owner.submit(`${path}/new`, filled);
    const { id } = await latest();
    const form = `${path}/${id}`;
    const seenIn = (text: string) => /name="seen" value="([^"]+)"/.exec(text)![1]!;
    const seen = seenIn((await owner.get(form)).text);
    expect((await owner.submit(form, { ...filled, percent: '20', seen })).status).toBe(303);
    const late = await owner.submit(form, { ...filled, percent: '30', seen });
    expect(late.status).toBe(422);
    expect(late.text).toContain('It now says: “20% off your meal. For the carer. Show your card when you pay.”');
    expect(late.text).toContain('value="30"');
    expect((await latest()).terms).toMatchObject({ percent: 20 });
    // Having read it, they mean it; what was wrong in between loses nothing of that.
    const wrong = await owner.submit(form, { ...filled, percent: 'x', seen: seenIn(late.text) });
    await owner.submit(form, { ...filled, percent: '30', seen: seenIn(wrong.text) });
    expect((await latest()).terms).toMatchObject({ percent: 30 });
    await owner.submit(path, {}, `${form}/withdraw`);
  });

  it('says what is wrong with dates and days', async () => {
    const wrong = { ...filled, excludedDates: 'Christmas', stale: 'days' };
    const { status, text } = await owner.submit(`${path}/new`, wrong);
    expect(status).toBe(422);
    expect(text).toContain('href="#excludedDates"');
    expect(text).toContain('Enter real dates with the year, one on each line');
    expect(text).toContain('Christmas</textarea>');
    const past = { 'endsOn-day': '1', 'endsOn-month': '1', 'endsOn-year': '2020' };
    const gone = await owner.submit(`${path}/new`, { ...filled, ...past });
    expect([gone.status, gone.text.includes('This day has gone.')]).toEqual([422, true]);
    const days = await owner.submit(`${path}/new`, { ...filled, stale: 'days' });
    expect(days.text).toContain('Enter how many days old the list may be');
  });

  it('keeps what was typed, and names each box that is wrong', async () => {
    const { status, text } = await owner.submit(`${path}/new`, { ...filled, percent: 'ten', what: '20% of "all"' });
    expect(status).toBe(422);
    expect(text).toContain('There is a problem');
    expect(text).toContain('href="#percent"');
    expect(text).toContain('value="20% of &quot;all&quot;"');
  });

  it('is declined with a reason, which its owner reads', async () => {
    await owner.submit(`${path}/new`, filled);
    const offer = await latest();
    const page = `/staff/offers/${offer.id}`;
    const without = await registrar.submit(page, { reason: ' ' }, `${page}/decline`);
    expect([without.status, without.text.includes('Say why, and what would change it')]).toEqual([422, true]);
    await registrar.submit(page, { reason: 'Please name the days.' }, `${page}/decline`);
    expect((await program.outbox())[0]!.text).toContain('Please name the days.');
    expect((await owner.get(path)).text).toContain('Please name the days.');
    expect((await registrar.get(page)).text).not.toContain('/publish"');
  });
});

describe('offers of a business', () => {
  it('are for its owner alone', async () => {
    const other = await given.business({ name: 'Elsewhere' });
    const foreign = await given.offer(other.business.id);
    expect((await owner.get(`/business/${other.business.id}/offers`)).status).toBe(404);
    expect((await owner.get(`${path}/${foreign.id}`)).status).toBe(404);
    expect((await owner.submit(path, {}, `${path}/${foreign.id}/withdraw`)).status).toBe(404);
    expect((await program.get(Offers).get(foreign.id)).status).toBe('published');
    expect((await owner.get('/staff/offers')).status).toBe(403);
    expect((await new Browser(program).get(path)).status).toBe(303);
  });

  it('has no other buttons than its own', async () => {
    await owner.submit(`${path}/new`, filled);
    const { id } = await latest();
    for (const button of ['publish', 'constructor', 'get', 'decline']) {
      expect((await owner.submit(path, {}, `${path}/${id}/${button}`)).status).toBe(404);
    }
  });
});
