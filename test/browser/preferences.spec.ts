import { join } from 'node:path';
import { Accounts } from '@carers/access';
import { Database } from '@carers/database';
import { InformationService, LetterCodes, shownLetterCode, type Subscriber } from '@carers/information-service';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser as Chromium, Page } from 'playwright-core';
import { buildAssets } from '../../apps/cli/assets.mjs';
import { startTestApp, type TestApp } from '../support/app.js';
import { openBrowser } from '../support/browser.js';
import { Given } from '../support/given.js';
import { Browser } from '../http/access-browser.js';

const actor = { kind: 'applicant', id: 'test' } as const;
const pictures = process.env['SHOTS'];

describe('somebody with a letter and a keyboard', () => {
  let running: TestApp;
  let chromium: Chromium;
  let origin: string;
  let subscriber: Subscriber;
  let holderId: string;
  let code: string;

  beforeAll(async () => {
    await buildAssets();
    running = await startTestApp({ at: '2026-11-21T12:00:00Z' });
    const given = new Given(running);
    await given.scheme();
    const database = running.get(Database);
    const accountId = await database.transaction((tx) =>
      running.get(Accounts).ensure(tx, { email: 'ruth@example.org', name: 'Ruth' }),
    );
    const contact = { email: 'ruth@example.org', mobile: '+447700900123', contactChannel: 'post' } as const;
    const { cardholder } = await given.card({ firstName: 'Ruth', accountId, ...contact });
    holderId = cardholder.id;
    [subscriber, code] = await database.transaction(async (tx) => {
      const consents = [{ purpose: 'carers_information', channel: 'post', given: true }] as const;
      const source = { kind: 'application' } as const;
      const made = await running
        .get(InformationService)
        .register(tx, { cardholder, source, consents, how: 'web', actor });
      const about = { kind: 'letter', id: 'one' };
      const codes = await running.get(LetterCodes).issue(tx, [{ subscriberId: made.subscriber.id, about }]);
      return [made.subscriber, codes[0]!] as const;
    });
    await running.app.listen(0, '127.0.0.1');
    origin = await running.app.getUrl();
    chromium = await openBrowser();
  }, 180_000);
  afterAll(async () => {
    await chromium?.close();
    await running?.close();
  });

  async function shot(page: Page, name: string): Promise<void> {
    if (!pictures) return;
    for (const [size, width] of [
      ['phone', 390],
      ['desk', 1280],
    ] as const) {
      await page.setViewportSize({ width, height: 844 });
      await page.screenshot({ path: join(pictures, `${name}-${size}.png`), fullPage: true });
    }
    await page.setViewportSize({ width: 390, height: 844 });
  }

  /** Goes on with the Tab key until something that fits has the focus. */
  async function tabTo(page: Page, selector: string): Promise<void> {
    for (let press = 0; press < 120; press++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    }
    throw new Error(`The Tab key never comes to ${selector}.`);
  }

  it('chooses what to get, without a mouse and without a password', async () => {
    const page = await (await chromium.newContext({ viewport: { width: 390, height: 844 } })).newPage();
    await page.goto(`${origin}/preferences/code`);
    await tabTo(page, '#code');
    await page.keyboard.type(shownLetterCode(code).toLowerCase());
    await page.keyboard.press('Tab');
    await page.keyboard.type('DT1 1XJ');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.govuk-error-summary');
    await shot(page, 'code-wrong');
    await tabTo(page, '#postcode');
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('bh1 1aa');
    await page.keyboard.press('Enter');
    await page.waitForSelector('input[name=format]');
    // The page's script, which shows and hides questions, has run by then.
    await page.waitForLoadState('load');
    await shot(page, 'preferences');
    await tabTo(page, 'input[name="carers_information.post"]');
    await page.keyboard.press('ArrowRight');
    await tabTo(page, 'input[name=pause]');
    for (let press = 0; press < 4; press++) await page.keyboard.press('ArrowDown');
    await tabTo(page, 'input[name="until-day"]');
    for (const typed of ['9', '1', '2028']) {
      await page.keyboard.type(typed);
      await page.keyboard.press('Tab');
    }
    await tabTo(page, 'form[novalidate] button');
    await shot(page, 'preferences-filled');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.govuk-panel');
    await shot(page, 'saved');
    const [row] = await running
      .get(Database)
      .query<{ until: string; active: boolean }>(
        `SELECT paused_until AS until, active FROM subscriber s JOIN subscription ON subscriber_id = s.id WHERE s.id = $1`,
        [subscriber.id],
      );
    expect(row).toEqual({ until: '2028-01-09', active: false });
  }, 120_000);

  it('reads what is erased before giving back the card', async () => {
    const ruth = new Browser(running);
    await ruth.signIn('ruth@example.org');
    const context = await chromium.newContext({ viewport: { width: 390, height: 844 } });
    const cookies = ruth.agent.jar.getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false });
    await context.addCookies(cookies.map(({ name, value }) => ({ name, value, url: origin })));
    const page = await context.newPage();
    await page.goto(`${origin}/account/leave/${holderId}`);
    await shot(page, 'leave');
    await tabTo(page, 'input[name=stay]');
    await page.keyboard.press('Space');
    await tabTo(page, 'form[novalidate] button');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.govuk-panel');
    await shot(page, 'left');
    expect(await page.textContent('main')).toContain('goes on sending what you chose');
  }, 120_000);
});
