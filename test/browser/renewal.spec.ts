import { join } from 'node:path';
import { RenewalReminders } from '@carers/automatic-messages';
import { Card } from '@carers/cards';
import { Database } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser as Chromium, Page } from 'playwright-core';
import { buildAssets } from '../../apps/cli/assets.mjs';
import { schemeWith } from '../http/applications-support.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { bringAxe, violationsOf } from '../support/axe.js';
import { openBrowser } from '../support/browser.js';
import { Given } from '../support/given.js';

const pictures = process.env['SHOTS'];

describe('a carer whose card is about to end, with a phone', () => {
  let running: TestApp;
  let chromium: Chromium;
  let cardId: string;
  let link: string;

  beforeAll(async () => {
    await buildAssets();
    running = await startTestApp({ at: '2026-11-21T12:00:00Z' });
    await schemeWith(running);
    const { card } = await new Given(running).card({
      firstName: 'Ruth',
      email: 'ruth@example.org',
      contactChannel: 'email',
    });
    cardId = card.id;
    await running
      .get(Database)
      .query(`UPDATE card SET valid_from = '2024-12-18', valid_until = '2026-12-17' WHERE id = $1`, [cardId]);
    await running.get(RenewalReminders).night();
    await running.work();
    const [mail] = await running.outbox();
    link = new URL(/https?:\/\/[^\s\]<>")]+\/renew/.exec(mail!.text)![0]).pathname;
    await running.app.listen(0, '127.0.0.1');
    chromium = await openBrowser();
  }, 180_000);
  afterAll(async () => {
    await chromium?.close();
    await running?.close();
  });

  async function look(page: Page, name: string): Promise<void> {
    expect(await violationsOf(page)).toEqual([]);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(390);
    if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
  }

  /** Goes on with the Tab key until something that fits has the focus. */
  async function tabTo(page: Page, selector: string): Promise<void> {
    for (let press = 0; press < 60; press++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    }
    throw new Error(`The Tab key never comes to ${selector}.`);
  }

  it('renews it by the link of the reminder, by keyboard alone', async () => {
    const context = await chromium.newContext({ viewport: { width: 390, height: 844 } });
    await bringAxe(context);
    const page = await context.newPage();
    await page.goto((await running.app.getUrl()) + link);
    await page.getByText('This card of Ruth works until 17 December 2026').waitFor();
    await look(page, 'renew-form');
    await tabTo(page, 'button.govuk-button');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'There is a problem' }).waitFor();
    await look(page, 'renew-errors');
    await tabTo(page, 'a[href="#caring"]');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Space');
    await tabTo(page, '[name="moved"]');
    await page.keyboard.press('ArrowDown');
    await page.getByLabel('Address, line 1').waitFor();
    await look(page, 'renew-moved');
    await page.keyboard.press('ArrowUp');
    await tabTo(page, '[name="declared"]');
    await page.keyboard.press('Space');
    await tabTo(page, 'button.govuk-button');
    await page.keyboard.press('Enter');
    await page.getByText('Your card is renewed').waitFor();
    await page.getByText('It works until 17 December 2028').waitFor();
    await look(page, 'renew-done');
    const card = await running.get(Database).reader.findOneByOrFail(Card, { id: cardId });
    expect(card.validUntil).toBe('2028-12-17');
    await page.getByRole('button', { name: 'Open my card' }).click();
    await page.locator('.card-page__line', { hasText: '17 December 2028' }).waitFor();
    await context.close();
  }, 60_000);
});
