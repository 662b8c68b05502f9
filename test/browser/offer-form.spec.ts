import { Joining } from '@carers/businesses';
import { Database } from '@carers/database';
import { Offers } from '@carers/offers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser as Chromium, Page } from 'playwright-core';
import { buildAssets } from '../../apps/cli/assets.mjs';
import { startTestApp, type TestApp } from '../support/app.js';
import { violationsOf, wcag } from '../support/axe.js';
import { openBrowser } from '../support/browser.js';
import { Given, type GivenBusiness } from '../support/given.js';
import { Browser } from '../http/access-browser.js';

const staff = { kind: 'system', id: 'test' } as const;
const pictures = process.env['SHOTS'];

describe('the form of an offer in a browser', () => {
  let running: TestApp;
  let chromium: Chromium;
  let origin: string;
  let cafe: GivenBusiness;
  let tab: Page;

  beforeAll(async () => {
    await buildAssets();
    running = await startTestApp({ at: '2026-11-21T12:00:00Z' });
    const given = new Given(running);
    await given.scheme();
    cafe = await given.business();
    const person = { email: 'olu@example.org', name: 'Olu Owner' };
    await running.get(Database).transaction((tx) => running.get(Joining).addOwner(tx, cafe.business.id, person, staff));
    const owner = new Browser(running);
    await owner.signIn('olu@example.org');
    await running.app.listen(0, '127.0.0.1');
    origin = await running.app.getUrl();
    chromium = await openBrowser();
    const context = await chromium.newContext({ viewport: { width: 390, height: 844 } });
    const cookies = owner.agent.jar.getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false });
    await context.addCookies(cookies.map(({ name, value }) => ({ name, value, url: origin })));
    tab = await context.newPage();
  }, 180_000);
  afterAll(async () => {
    await chromium?.close();
    await running?.close();
  });

  /** Nothing sticks out, and a screen reader finds its way, on a phone and on a desk. */
  async function look(name: string): Promise<void> {
    for (const width of [390, 1280]) {
      await tab.setViewportSize({ width, height: 844 });
      if (pictures) {
        mkdirSync(pictures, { recursive: true });
        await tab.screenshot({ path: join(pictures, `offer-${name}-${width}.png`), fullPage: true });
      }
      expect(await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    }
    await tab.setViewportSize({ width: 390, height: 844 });
    expect((await violationsOf(tab, wcag)).map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`)).toEqual(
      [],
    );
  }

  it('is filled in by keyboard, says what is wrong where it is, and shows what carers and tills will get', async () => {
    await tab.goto(`${origin}/business/${cafe.business.id}/offers/new`);
    const press = async (name: string, key = 'Space') => tab.getByRole('radio', { name, exact: true }).press(key);
    await press('A percentage off');
    await tab.getByLabel('How many per cent off?').fill('10');
    await tab.locator('.govuk-details__summary').press('Enter');
    await tab.getByLabel('Not on these dates').fill('24 to 26 December');
    await press('Yes, while its list is not too old');
    await look('open');
    await tab.getByLabel('How many days old may the list be?').press('Enter');

    const summary = tab.locator('.govuk-error-summary');
    await summary.waitFor();
    expect(await summary.evaluate((box) => box === document.activeElement)).toBe(true);
    await look('errors');
    await summary.getByRole('link', { name: /real dates with the year/ }).press('Enter');
    const dates = tab.getByLabel('Not on these dates');
    expect(await dates.evaluate((box) => box === document.activeElement)).toBe(true);
    expect(await dates.inputValue()).toBe('24 to 26 December');
    await dates.fill('24 to 26 December 2026');
    await tab.getByLabel('How many days old may the list be?').fill('7');
    await tab.getByRole('group', { name: 'At which times?' }).getByLabel('From', { exact: true }).fill('10pm');
    await tab.getByRole('group', { name: 'At which times?' }).getByLabel('Until', { exact: true }).fill('2am');
    await tab.getByRole('button', { name: 'Show what carers will see' }).press('Enter');
    await tab.locator('#preview').waitFor();
    const preview = await tab.locator('#preview').innerText();
    for (const words of [
      'From 10pm to 2am the next day only.',
      'Not on these dates: 24 December 2026 to 26 December 2026.',
      'A till without internet may give it while its list of cards is at most 7 days old.',
    ])
      expect(preview).toContain(words);
    await look('preview');
    await tab.getByRole('button', { name: 'Send to us' }).press('Enter');
    await tab.waitForURL(/\/offers$/);
    const [offer] = await running.get(Offers).allOf(cafe.business.id);
    expect(offer?.terms).toMatchObject({
      times: [{ from: '22:00', to: '02:00' }],
      excludedDates: ['2026-12-24', '2026-12-25', '2026-12-26'],
      staleListDays: 7,
    });
    await tab.goto(`${origin}/business/${cafe.business.id}/offers/${offer!.id}`);
    expect(await tab.getByLabel('Not on these dates').inputValue()).toBe('24 December 2026 to 26 December 2026');
    await look('again');
  }, 60_000);
});
