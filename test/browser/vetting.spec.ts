import { SecondFactor } from '@carers/access';
import { Database } from '@carers/database';
import { JobRunner } from '@carers/jobs';
import { Moderation } from '@carers/businesses';
import { Offers } from '@carers/offers';
import { type VettingCase, VettingCases } from '@carers/vetting';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser as Chromium, Page } from 'playwright-core';
import { buildAssets } from '../../apps/cli/assets.mjs';
import { DirectoryMemory } from '../../libs/offers/src/directory/directory-memory.js';
import { ListingSchedule } from '../../libs/vetting/src/listing/listing.jobs.js';
import { Browser } from '../http/access-browser.js';
import { staffBrowser } from '../http/staff-browser.js';
import { stripeWorld, type StripeWorld } from '../http/stripe-support.js';
import { openBrowser } from '../support/browser.js';
import { picture } from '../support/files.js';
import { Given } from '../support/given.js';

/** Where pictures go when somebody wants to look at them. */
const pictures = process.env['PICTURES'];
const phone = { viewport: { width: 390, height: 844 } };
const desk = { viewport: { width: 1280, height: 900 } };

type Fields = Record<string, string | string[]>;

let world: StripeWorld;
let given: Given;
let chromium: Chromium;
let paper: Buffer;

beforeAll(async () => {
  await buildAssets();
  world = await stripeWorld({ listens: true });
  given = new Given(world.program);
  chromium = await openBrowser();
  paper = await picture(400, 300).png().toBuffer();
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await world?.close();
});

const get: StripeWorld['program']['get'] = (service) => world.program.get(service);
const path = (page: Page) => new URL(page.url()).pathname;

/** A window of somebody's: of a stranger, or of whom this session belongs to. */
async function windowOf(as?: Browser, options: object = desk): Promise<Page> {
  const context = await chromium.newContext(options);
  context.setDefaultTimeout(15_000);
  const session = as?.cookie('session');
  if (session) await context.addCookies([{ name: 'session', value: session, url: world.origin }]);
  return context.newPage();
}

let shot = 0;
async function open(page: Page, at: string): Promise<void> {
  await page.goto(at.startsWith('http') ? at : world.origin + at);
  if (pictures) await page.screenshot({ path: `${pictures}/v${String(++shot).padStart(2, '0')}.png`, fullPage: true });
}

/** Fills in the form that holds these names, and sends it. */
async function send(page: Page, fields: Fields = {}, action?: string): Promise<void> {
  const form = page.locator(action ? `main form[action$="${action}"]` : 'main form').first();
  for (const [name, value] of Object.entries(fields)) {
    for (const each of [value].flat()) {
      const kind = await form
        .locator(`[name="${name}"]`)
        .first()
        .evaluate((found) => (found as HTMLInputElement).type);
      if (kind === 'radio' || kind === 'checkbox') await form.locator(`[name="${name}"][value="${each}"]`).check();
      else if (kind === 'select-one') await form.locator(`[name="${name}"]`).selectOption(each);
      else await form.locator(`[name="${name}"]`).fill(each);
    }
  }
  const from = page.url();
  await Promise.all([
    page.waitForResponse((answer) => answer.request().method() === 'POST' && answer.url().startsWith(world.origin)),
    form.locator('button').last().click(),
  ]);
  await page.waitForLoadState();
  const faults = await page.locator('.govuk-error-summary').allInnerTexts();
  if (faults.length > 0) throw new Error(`${from}: ${faults.join(' ')}`);
}

const day = (name: string, date: string): Fields => {
  const [year, month, number] = date.split('-') as [string, string, string];
  return { [`${name}-day`]: String(Number(number)), [`${name}-month`]: String(Number(month)), [`${name}-year`]: year };
};

/** Registers a plumber, as anybody does who has heard of the card. */
async function register(page: Page, name: string, email: string): Promise<void> {
  const pages: [string, Fields][] = [
    ['name', { name }],
    ['kind', { kind: 'independent' }],
    ['category', { category: 'home-and-garden' }],
    ['homes', { homes: 'yes' }],
    ['work', { tasks: ['plumbing'], customers: ['public'], employees: '1', premises: '1', tradingNames: '1' }],
    ['contact', { contactName: 'Pat Marsh', contactEmail: email }],
    ['about', {}],
    ['place', { line1: '2 Ropewalk', postcode: 'BH15 1HJ' }],
    ['offer', { kind: 'percentage', percent: '15', what: 'any repair', who: 'carer', how: 'in_person' }],
    ['terms', { agree: 'yes' }],
  ];
  for (const [step, fields] of pages) {
    await open(page, `/for-business/join/${step}`);
    await send(page, fields);
  }
  expect(path(page)).toBe('/for-business/join/check');
  await send(page);
}

/** The owner, signed in by the link in the mail and with the second factor. */
async function ownerOf(email: string): Promise<Browser> {
  const database = get(Database);
  await database.pool.query('TRUNCATE rate_limit');
  const owner = new Browser(world.program);
  await owner.signIn(email);
  const [account] = await database.query<{ id: string }>(
    'SELECT id FROM account ORDER BY created_at DESC, id DESC LIMIT 1',
  );
  await database.transaction((tx) => get(SecondFactor).useDemoSecret(tx, account!.id));
  await owner.submit('/sign-in/second-factor', { code: get(SecondFactor).demoCodes().code });
  return owner;
}

/** Answers one check on its page. */
async function answer(page: Page, at: string, check: string, fields: Fields): Promise<void> {
  await open(page, `${at}/checks/${check}`);
  await send(page, fields, `/checks/${check}`);
}

async function upload(page: Page, at: string, check: string): Promise<void> {
  await open(page, `${at}/checks/${check}`);
  await page.setInputFiles('input[type=file]', { name: 'paper.png', mimeType: 'image/png', buffer: paper });
  await send(page, {}, '/files');
}

/** Everything that the programme asks of a plumber who works alone, before and after the fee. */
const first: [string, Fields][] = [
  ['community-interest', { about: 'Taps, boilers and bathrooms.', against: 'no' }],
  ['people', { company_number: '', disqualified: 'no' }],
  ['trading-history', { ...day('trading_since', '2012-05-01'), former_names: '' }],
  [
    'public-liability',
    { insurer: 'Harbour Mutual', policy_number: 'HM-1', cover: '2,000,000', ...day('expires_on', '2027-05-01') },
  ],
  ['code', { agreed: 'yes', name: 'Pat Marsh' }],
];
const then: [string, Fields][] = [
  ['complaints', { any: 'no', what: '' }],
  ['court-judgments', { judgments: 'no', insolvent: 'no', explain: '' }],
  ['paperwork', { website: '', how_priced: 'A price in writing before I begin.' }],
  ['complaints-procedure', { how: 'Ring me, and I come back.', who: 'Pat Marsh', days: '7' }],
];

async function caseOf(businessId: string): Promise<VettingCase> {
  return (await get(VettingCases).ofBusiness(businessId))[0]!;
}

/** From the registration to a case that was sent and waits for its fee. */
async function apply(
  name: string,
  email: string,
): Promise<{ businessId: string; at: string; owner: Browser; page: Page }> {
  const stranger = await windowOf(undefined, phone);
  await register(stranger, name, email);
  const owner = await ownerOf(email);
  const page = await windowOf(owner, phone);
  await open(page, '/business');
  const businessId = path(page).split('/').at(-1)!;
  const at = `/business/${businessId}/vetting/${(await caseOf(businessId)).id}`;
  await open(page, at);
  expect(await page.locator('main').innerText()).toContain('£145.00');
  await open(page, `${at}/about`);
  await send(page, { where: ['inside'], subcontractors: 'no', large_jobs: 'no', limited_company: 'no' });
  await open(page, `${at}/checks/people/people/new`);
  await send(page, { name: 'Pat Marsh', role: 'owner', entersHomes: 'yes' });
  for (const check of ['trading-history', 'public-liability']) await upload(page, at, check);
  for (const [check, fields] of first) await answer(page, at, check, fields);
  await open(page, `${at}/submit`);
  await send(page);
  expect((await caseOf(businessId)).state).toBe('fee_due');
  return { businessId, at, owner, page };
}

/** Leads to the invoice of a case that is to be paid. */
async function toPay(page: Page, at: string): Promise<void> {
  await open(page, at);
  await open(page, (await page.locator('main a[href*="/payments/"]').first().getAttribute('href'))!);
  if (!path(page).endsWith('/pay')) await open(page, `${path(page)}/pay`);
}

/** Pays in a tab of its own: the page that the browser comes back to looks again by itself until we have heard. */
async function payAtStripe({ page: owner, at }: { page: Page; at: string }): Promise<void> {
  const page = await owner.context().newPage();
  await toPay(page, at);
  if (await page.locator('[name=agreed]').count()) await send(page, { agreed: 'yes' });
  await page.getByRole('button', { name: /card or Direct Debit/i }).click();
  await page.getByRole('button', { name: 'Pay by card', exact: true }).click();
  await page.waitForURL((url) => url.origin === world.origin);
  // What the browser brings back is trusted in nothing.
  expect(await page.locator('main').innerText()).not.toContain('Paid');
  await page.close();
  await world.hear();
}

/** What is left to answer once the fee is paid: five customers, who are asked, and three of them answer. */
async function answerTheRest(page: Page, at: string, officer: Page, caseId: string): Promise<void> {
  for (const [check, fields] of then) await answer(page, at, check, fields);
  await upload(page, at, 'paperwork');
  await open(page, `${at}/checks/disclosures`);
  await send(page, {}, '/checks/disclosures');
  for (const number of [1, 2, 3, 4, 5]) {
    await open(page, `${at}/checks/references/references/new`);
    await send(page, {
      name: `Customer ${number}`,
      email: `${caseId}.${number}@customer.example`,
      job: 'A tap',
      when: 'May',
      agreed: 'yes',
    });
  }
  await open(page, `${at}/checks/references`);
  await send(page, {}, '/checks/references');
  await open(officer, `/staff/vetting/${caseId}`);
  const asks = await officer
    .locator('form[action$="/ask"]')
    .evaluateAll((forms) => forms.map((form) => new URL((form as HTMLFormElement).action).pathname));
  expect(asks).toHaveLength(5);
  for (const ask of asks.slice(0, 3)) {
    await open(officer, `/staff/vetting/${caseId}`);
    await send(officer, {}, ask);
  }
  const mails = (await world.program.outbox()).filter(({ to }) => to.startsWith(caseId));
  expect(mails).toHaveLength(3);
  for (const { text } of mails) {
    const referee = await windowOf(undefined, phone);
    await open(referee, /https?:\/\/\S+\/reference\/[\w-]+/.exec(text)![0]);
    const names = await referee
      .locator('input[type=radio]')
      .evaluateAll((all) => [...new Set(all.map((each) => (each as HTMLInputElement).name))]);
    await send(referee, { ...Object.fromEntries(names.map((name) => [name, '5'])), words: 'On time, and tidy.' });
    expect(path(referee)).toBe('/reference/thank-you');
    await referee.context().close();
  }
}

/** An officer looks at each check and accepts it; the disclosure is noted by its result and date alone. */
async function acceptAll(officer: Page, caseId: string): Promise<void> {
  const base = `/staff/vetting/${caseId}`;
  await open(officer, base);
  const person = await officer.locator(`a[href^="${base}/people/"]`).first().getAttribute('href');
  await open(officer, person!);
  await send(officer, { result: 'clear', ...day('on', '2026-11-01') });
  await open(officer, base);
  expect(await officer.locator('main').innerText()).toContain('£2,000,000');
  const checks = await officer
    .locator(`a[href^="${base}/checks/"]`)
    .evaluateAll((links) => [...new Set(links.map((link) => link.getAttribute('href')!))]);
  for (const check of checks) {
    await open(officer, check);
    await send(officer, {}, '/accept');
  }
}

/** Puts the offer before the staff's eyes as any other, and gives the address of its page. */
async function publish(businessId: string): Promise<string> {
  const staff = await given.cases.person('registrar');
  if (
    (await get(Moderation).list({ name: 'Plumbing' })).lines.some(
      ({ id, status }) => id === businessId && status === 'submitted',
    )
  )
    await get(Moderation).publish(businessId, staff);
  const [offer] = await get(Offers).allOf(businessId);
  if (offer!.status === 'submitted') await get(Offers).publish(offer!.id, staff);
  return `/offers/poole/${offer!.slug}`;
}

async function decide(first: Page, second: Page, caseId: string): Promise<void> {
  const base = `/staff/vetting/${caseId}`;
  await open(first, `${base}/moves/recommend`);
  await send(first, { recommendation: 'approve', reason: 'All is well.' });
  await open(first, `${base}/moves/approve`);
  expect(await first.locator('main form').count()).toBe(0);
  await open(second, `${base}/moves/approve`);
  await send(second, { reason: 'Welcome.' });
}

async function isThere(offer: string): Promise<boolean> {
  get(DirectoryMemory).forget();
  return (await world.program.browser().get(offer)).status === 200;
}

async function nightOf(date: string): Promise<void> {
  world.program.clock.set(`${date}T00:01:00Z`);
  await get(ListingSchedule).nightly();
  await get(JobRunner).drain();
}

describe('a plumber in Chromium', () => {
  it('joins, pays at Stripe, is checked by two officers, is listed, lapses with the insurance, and returns', async () => {
    const { businessId, at, page } = await apply('Marsh Plumbing', 'pat@marsh.example');
    await payAtStripe({ page, at });
    const { id: caseId } = await caseOf(businessId);
    expect((await caseOf(businessId)).state).toBe('in_review');

    const officers = [await given.cases.officer('Olive'), await given.cases.officer('Omar')] as const;
    const olive = await windowOf(await staffBrowser(world.program, officers[0]));
    const omar = await windowOf(await staffBrowser(world.program, officers[1]));
    await answerTheRest(page, at, olive, caseId);
    await acceptAll(olive, caseId);
    const offer = await publish(businessId);
    expect(await isThere(offer)).toBe(false);
    await decide(olive, omar, caseId);
    expect((await caseOf(businessId)).state).toBe('approved');
    await payAtStripe({ page, at });
    expect(await isThere(offer)).toBe(true);
    const stranger = await windowOf(undefined, phone);
    await open(stranger, '/register');
    await stranger.getByRole('link', { name: 'Marsh Plumbing' }).click();
    expect(await stranger.locator('main').innerText()).toContain('1 May 2027');

    for (const date of ['2027-04-01', '2027-04-17', '2027-04-28']) await nightOf(date);
    const notices = (await world.program.outbox()).filter(
      ({ to, subject }) => to === 'pat@marsh.example' && /runs out on/.test(subject ?? ''),
    );
    expect(notices).toHaveLength(3);
    await nightOf('2027-05-02');
    expect(await isThere(offer)).toBe(false);
    expect((await caseOf(businessId)).state).toBe('lapsed');

    const again = await windowOf(await ownerOf('pat@marsh.example'), phone);
    await answer(again, at, 'public-liability', {
      policy_number: 'HM-2',
      ...day('expires_on', '2028-05-01'),
    });
    await upload(again, at, 'public-liability');
    const officer = await windowOf(await staffBrowser(world.program, await given.cases.officer('Ola')));
    await open(officer, `/staff/vetting/${caseId}`);
    await officer.getByRole('link', { name: 'Public liability' }).first().click();
    await send(officer, {}, '/accept');
    expect((await caseOf(businessId)).state).toBe('approved');
    expect(await isThere(offer)).toBe(true);
  }, 300_000);

  it('pays by bank instead, which staff note, and the file goes on', async () => {
    const { business } = await given.business({ name: 'Chine Plumbing', worksInHomes: true });
    const { case: filed } = await given.case({ state: 'fee_due', businessId: business.id });
    const page = await windowOf(await ownerOf('owner@quay-kitchen.example'), phone);
    const at = `/business/${business.id}/vetting/${filed.id}`;
    await toPay(page, at);
    expect(await page.locator('main').innerText()).toContain('Sort code');
    const staff = await windowOf(await staffBrowser(world.program, await given.cases.person('registrar')));
    const paid = async (amount: Fields) => {
      await open(staff, '/staff/payments?name=Chine');
      await staff.locator('main table a').first().click();
      await staff.getByRole('link', { name: 'Write down a bank payment' }).click();
      await send(staff, { ...day('receivedOn', world.program.clock.today()), ...amount });
    };
    await paid({ amount: '100.00', reference: 'CHINE 1' });
    expect((await caseOf(business.id)).state).toBe('fee_due');
    await paid({ reference: 'CHINE 2' });
    expect((await caseOf(business.id)).state).toBe('in_review');
    await open(page, at);
    expect(await page.locator('main').innerText()).not.toContain('Fee due');
  }, 240_000);
});
