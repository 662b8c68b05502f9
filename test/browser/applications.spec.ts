import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { startTestApp, type TestApp } from '../support/app.js';
import { violationsOf } from '../support/axe.js';
import { openBrowser } from '../support/browser.js';
import { Applicant, schemeWith, staffOf } from '../http/applications-support.js';

let program: TestApp;
let chromium: Browser;
let base: string;

beforeAll(async () => {
  program = await startTestApp();
  await schemeWith(program);
  await program.app.listen(0, '127.0.0.1');
  base = await program.app.getUrl();
  chromium = await openBrowser();
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await program?.close();
});

/** Where pictures go when somebody wants to look at them. */
const pictures = process.env['PICTURES'];
let shot = 0;
let scripts = true;

/** What axe finds on this page, and whether anything sticks out sideways. */
async function look(page: Page): Promise<void> {
  // Axe is a script itself: where scripts are off, the pages are only walked.
  if (!scripts) return;
  if (pictures) await page.screenshot({ path: `${pictures}/${String(++shot).padStart(2, '0')}.png`, fullPage: true });
  const violations = await violationsOf(page);
  expect(violations.map(({ id, nodes }) => [page.url(), id, nodes[0]?.html])).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
}

async function next(page: Page): Promise<void> {
  await look(page);
  await page.getByRole('button', { name: /^(Continue|Start now|Send my application)$/ }).click();
  await page.waitForLoadState();
}

/** Applies as a carer of Poole, looking at each page. */
async function apply(page: Page, last: string): Promise<void> {
  await page.goto(`${base}/apply`);
  await next(page);
  await page.getByLabel('Yes, I look after someone').check();
  await next(page);
  await page.getByLabel('No, I am not paid').check();
  await next(page);
  await page.getByLabel('Yes, I live there').check();
  await next(page);
  await page.getByLabel('First name').fill('Wren');
  await page.getByLabel('Last name').fill(last);
  await next(page);
  await page.getByLabel('Day').fill('4');
  await page.getByLabel('Month').fill('June');
  await page.getByLabel('Year').fill(last === 'Cobb' ? '1980' : '1979');
  await next(page);
  await page.getByLabel('An adult').check();
  await next(page);
  await page.getByLabel('Address, line 1').fill('1 Ropewalk');
  await page.getByLabel('Town or village').fill('Poole');
  await page.getByLabel('Postcode').fill('nowhere');
  await next(page);
  expect(await page.title()).toMatch(/^Error: /);
  await look(page);
  await page.getByLabel('Postcode').fill('bh15 1hj');
  await next(page);
  await page.getByLabel('By email').check();
  await next(page);
  await page.getByLabel('What is your email address?').fill(`${last}@example.org`);
  await next(page);
  for (const purpose of ['carers-information', 'business-offers']) {
    expect(page.url()).toContain(purpose);
    for (const group of await page.getByRole('group').all()) await group.getByLabel('No').check();
    await next(page);
  }
  await page.getByLabel('What I have said is true').check();
  await next(page);
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain('Your card is ready, Wren');
  await look(page);
}

describe('applying in a real browser', () => {
  it.each([
    ['a phone', { viewport: { width: 390, height: 844 }, javaScriptEnabled: true }, 'Cobb'],
    ['a desktop without JavaScript', { viewport: { width: 1280, height: 900 }, javaScriptEnabled: false }, 'Dibben'],
  ])(
    'leads to a card on %s',
    async (_, options, last) => {
      const context = await chromium.newContext(options);
      scripts = options.javaScriptEnabled;
      await apply(await context.newPage(), last);
      await context.close();
      scripts = true;
    },
    120_000,
  );

  it('is decided by a registrar on pages that pass too', async () => {
    await schemeWith(program, { automatic: false });
    const context = await chromium.newContext({ viewport: { width: 1280, height: 900 } });
    const one = new Applicant(program);
    await one.apply({
      name: { first: 'Wrenn', last: 'Cob' },
      'date-of-birth': { 'birthDate-day': '4', 'birthDate-month': '6', 'birthDate-year': '1980' },
    });
    const staff = await staffOf(program, 'registrar', 'Rita');
    const cookie = staff.cookie('session')!;
    await context.addCookies([{ name: 'session', value: cookie, url: base }]);
    const page = await context.newPage();
    await page.goto(`${base}/staff/applications`);
    await look(page);
    await page.getByRole('link', { name: 'Wrenn Cob' }).click();
    expect(await page.getByText('May be the same person').isVisible()).toBe(true);
    await look(page);
    await page.getByRole('link', { name: 'Ask for more' }).click();
    await page.getByLabel('What do you need to know').fill('Which school?');
    await look(page);
    await page.goBack();
    await page.getByRole('link', { name: 'Decline', exact: true }).click();
    await page.getByRole('button', { name: 'Decline' }).click();
    await look(page);
    await page.goto(`${base}/staff/applications/new`);
    await look(page);
    await context.close();
  }, 120_000);
});
