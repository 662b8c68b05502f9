import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { buildAssets } from '../../apps/cli/assets.mjs';
import type { Browser as Client } from '../http/access-browser.js';
import { carer, schemeWith, staffOf } from '../http/applications-support.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { violationsOf, wcag } from '../support/axe.js';
import { openBrowser } from '../support/browser.js';
import { Given } from '../support/given.js';

const phone = { viewport: { width: 390, height: 844 } };
const desk = { viewport: { width: 1280, height: 900 } };

let program: TestApp;
let chromium: Browser;
let origin: string;

beforeAll(async () => {
  await buildAssets();
  program = await startTestApp();
  await schemeWith(program);
  const given = new Given(program);
  const { business } = await given.business({ name: 'The Quay Kitchen' });
  await given.offer(business.id);
  await program.app.listen(0, '127.0.0.1');
  origin = await program.app.getUrl();
  chromium = await openBrowser();
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await program?.close();
});

/** Does the work in a browser of its own, in which nothing may be complained of. */
async function browsing(options: BrowserContextOptions, work: (page: Page) => Promise<void>, as?: Client) {
  const context = await chromium.newContext(options);
  const session = as?.cookie('session');
  if (session) await context.addCookies([{ name: 'session', value: session, url: origin }]);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  try {
    await work(page);
    // A form sent back with errors is a 422, which the console lists as a failed request.
    expect(complaints.filter((each) => !each.includes('status of 422'))).toEqual([]);
  } finally {
    await context.close();
  }
}

/** Nothing on this page stands in anybody's way. */
async function look(page: Page): Promise<void> {
  const violations = await violationsOf(page, wcag);
  expect(violations.map(({ id, nodes }) => [page.url(), id, nodes[0]?.html])).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
}

const heading = (page: Page) => page.getByRole('heading', { level: 1 });
const here = (page: Page) => new URL(page.url()).pathname;

/** Goes on with Tab until this has the focus, which must be to be seen. */
async function reach(page: Page, wanted: Locator): Promise<void> {
  for (let step = 0; step < 80; step++) {
    if (await wanted.evaluate((each) => each === document.activeElement)) return;
    // Of radios that belong together, Tab reaches one, and the arrows the others.
    const ofItsGroup = await wanted.evaluate((each) => {
      const active = document.activeElement as HTMLInputElement | null;
      const own = each as HTMLInputElement;
      return own.type === 'radio' && active?.type === 'radio' && active.name === own.name;
    });
    await page.keyboard.press(ofItsGroup ? 'ArrowDown' : 'Tab');
  }
  throw new Error(`The keyboard does not reach ${String(wanted)} on ${page.url()}.`);
}

/** Presses the button of the page's form by the keyboard. */
async function send(page: Page): Promise<void> {
  await reach(page, page.locator('main form button').first());
  const from = page.url();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.href !== from);
}

/** Fills in fields by their names, by keyboard only. */
async function fillIn(page: Page, form: Record<string, string | string[]>): Promise<void> {
  for (const [name, value] of Object.entries(form)) {
    for (const each of [value].flat()) {
      const field = page.locator(`main [name="${name}"]`);
      const choice = page.locator(`main [name="${name}"][value="${each}"]`);
      const kind = await field.first().getAttribute('type');
      if (kind === 'radio' || kind === 'checkbox') {
        await reach(page, choice);
        if (!(await choice.isChecked())) await page.keyboard.press('Space');
      } else if (each && kind !== 'hidden') {
        await reach(page, field);
        await page.keyboard.type(each);
      }
    }
  }
}

describe('somebody in Chromium', () => {
  it('applies by keyboard only, and holds a card that a phone shows', async () => {
    await browsing(phone, async (page) => {
      await page.goto(`${origin}/`);
      await reach(page, page.getByRole('link', { name: /skip/i }));
      await look(page);
      await page.goto(`${origin}/apply`);
      await look(page);
      await send(page);
      for (const [step, form] of carer) {
        expect(here(page)).toBe(`/apply/${step}`);
        await look(page);
        await fillIn(page, form);
        await send(page);
      }
      expect(here(page)).toBe('/apply/check');
      await look(page);
      await fillIn(page, { declared: 'yes' });
      await send(page);
      expect(await heading(page).innerText()).toContain('Morag');
      await look(page);
      await program.work();
      const card = page.locator('a[href*="/my-card/"]').first();
      await reach(page, card);
      // The link names the public address, which is not where the test listens.
      await page.goto(origin + new URL((await card.getAttribute('href'))!, origin).pathname);
      await look(page);
      expect(await page.locator('main').innerText()).toMatch(/CC [0-9A-Z]{4} [0-9A-Z]{4}/);
    });
  }, 90_000);

  it('applies without JavaScript too', async () => {
    await browsing({ ...desk, javaScriptEnabled: false }, async (page) => {
      await page.goto(`${origin}/apply`);
      await page.locator('main form button').first().click();
      for (const [step, form] of carer) {
        expect(here(page)).toBe(`/apply/${step}`);
        for (const [name, value] of Object.entries(form)) {
          const one = page.locator(`main [name="${name}"]`);
          const kind = await one.first().getAttribute('type');
          const choice = page.locator(`main [name="${name}"][value="${String(value)}"]`);
          // Somebody of another name: this is not about people who are known already.
          const typed = name === 'last' ? 'Fairweather' : name === 'email' ? 'fair@example.org' : String(value);
          if (kind === 'radio' || kind === 'checkbox') await choice.check();
          else if (kind !== 'hidden') await one.fill(typed);
        }
        await page.locator('main form button').first().click();
      }
      await page.locator('main [name="declared"]').check();
      await page.locator('main form button').first().click();
      expect(here(page)).toBe('/apply/status');
    });
  }, 60_000);

  it('finds an offer near home, and the business that gives it', async () => {
    await browsing(desk, async (page) => {
      await page.goto(origin);
      await look(page);
      await page.locator('main a[href^="/offers"]').first().click();
      await look(page);
      await page.goto(`${origin}/offers`);
      await page.locator('main a[href="/offers/poole"]').first().click();
      expect(await heading(page).innerText()).toContain('Poole');
      await look(page);
      await page.locator('main summary').first().click();
      await page.locator('main [name="q"]').fill('meal');
      await page.locator('main [name="q"]').press('Enter');
      await page.waitForURL(/q=meal/);
      await look(page);
      await page.getByRole('link', { name: /10% off your meal/ }).click();
      await look(page);
      expect(await heading(page).innerText()).toContain('10% off your meal');
      await page.locator('main a[href="/businesses/the-quay-kitchen"]').first().click();
      expect(await heading(page).innerText()).toContain('The Quay Kitchen');
      await look(page);
    });
  }, 60_000);

  it('joins with a business, which carers find once the staff have published it', async () => {
    const cafe: [string, Record<string, string | string[]>][] = [
      ['name', { name: 'The Lantern Café' }],
      ['kind', { kind: 'independent' }],
      ['category', { category: 'eating-and-drinking' }],
      ['homes', { homes: 'no' }],
      ['contact', { contactName: 'Jo Marsh', contactEmail: 'jo@lantern.example' }],
      ['about', { summary: 'Cakes by the harbour.' }],
      ['where', { where: 'place' }],
      ['place', { line1: '3 High Street', postcode: 'bh15 1hj' }],
      ['access', { accessibility: ['step_free', 'assistance_dogs'] }],
      ['offer', { kind: 'percentage', percent: '15', what: 'any cake', who: 'carer', how: 'in_person' }],
      ['terms', { agree: 'yes' }],
    ];
    await browsing(phone, async (page) => {
      await page.goto(`${origin}/for-business`);
      await look(page);
      await page.goto(`${origin}/for-business/join`);
      for (const [step, form] of cafe) {
        expect(here(page)).toBe(`/for-business/join/${step}`);
        await look(page);
        await fillIn(page, form);
        await send(page);
      }
      await look(page);
      await send(page);
      expect(here(page)).toBe('/for-business/join/done');
      await look(page);
    });
    await program.work();
    const registrar = await staffOf(program, 'registrar', 'rita');
    await browsing(
      desk,
      async (page) => {
        await page.goto(`${origin}/staff/businesses`);
        await look(page);
        await page.getByRole('link', { name: 'The Lantern Café' }).click();
        await look(page);
        await page.locator('form[action$="/publish"] button').click();
        await page.goto(`${origin}/staff/offers`);
        const waiting = page.getByRole('link', { name: /15% off any cake/ });
        // Publishing a business may publish its first offer with it.
        if (await waiting.count()) {
          await waiting.click();
          await look(page);
          await page.locator('form[action$="/publish"] button').click();
        }
      },
      registrar,
    );
    await program.work();
    await browsing(phone, async (page) => {
      await page.goto(`${origin}/offers/poole?q=cake`);
      expect(await page.locator('main').innerText()).toContain('15% off any cake');
    });
  }, 120_000);

  it('is on the list of the carers service, and leaves it with the link in the mail', async () => {
    const [welcome] = (await program.outbox()).filter(
      ({ to, text }) => to === 'morag@example.org' && /\/preferences\//.test(text),
    );
    const officer = await staffOf(program, 'carers_service_officer', 'cora');
    await browsing(
      desk,
      async (page) => {
        await page.goto(`${origin}/staff/subscribers`);
        expect(await page.locator('main').innerText()).toContain('Tideswell');
        await look(page);
      },
      officer,
    );
    const link = new URL(/https?:\/\/\S+\/preferences\/[\w-]+/.exec(welcome!.text)![0]).pathname;
    await browsing(phone, async (page) => {
      await page.goto(origin + link);
      await look(page);
      await page.goto(`${origin}${link}/unsubscribe`);
      await look(page);
      await page.locator('main form button').first().click();
      await page.waitForLoadState();
      await look(page);
      await page.goto(origin + link);
      for (const purpose of ['carers_information', 'business_offers']) {
        const email = page.locator(`main input[name="${purpose}.email"]:checked`);
        expect([purpose, await email.getAttribute('value')]).toEqual([purpose, 'no']);
      }
    });
  }, 60_000);
});
