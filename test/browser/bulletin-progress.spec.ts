import { BulletinContents } from '@carers/bulletins';
import { Database } from '@carers/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser as Chromium, BrowserContext, Page } from 'playwright-core';
import { buildAssets } from '../../apps/cli/assets.mjs';
import type { Browser } from '../http/access-browser.js';
import { staffBrowser } from '../http/staff-browser.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { openBrowser } from '../support/browser.js';
import { carersInBulk } from '../support/carers-in-bulk.js';
import { Given } from '../support/given.js';
import { givenBulletin, officerOf } from '../support/given-bulletin.js';

const people = 4;

describe('an officer who watches a bulletin go out', () => {
  let program: TestApp;
  let database: Database;
  let chromium: Chromium;
  let origin: string;
  let officer: Browser;
  let id: string;
  let path: string;

  beforeAll(async () => {
    await buildAssets();
    program = await startTestApp({ at: '2026-11-23T10:00:00Z' });
    database = program.get(Database);
    await new Given(program).scheme();
    const { carersServiceId } = await carersInBulk(program.app, people, () => 'email');
    const olive = await officerOf(program.app, 'olive', carersServiceId);
    officer = await staffBrowser(program, olive.actor);
    id = await givenBulletin(program.app, carersServiceId, olive);
    path = `/staff/information-service/bulletins/${id}/send`;
    const now = program.clock.now();
    await database.transaction(async (tx) => {
      await program.get(BulletinContents).freeze(tx, { id });
      await tx.query(`UPDATE bulletin SET state = 'sending' WHERE id = $1`, [id]);
      await tx.query(
        `INSERT INTO bulletin_sending (bulletin_id, turn, confirmed_by, confirmed_at, people, needs_second, starts_at, started_at)
         VALUES ($1, 1, $2, $3, $4, false, $3, $3)`,
        [id, olive.accountId, now, people],
      );
      // Nobody sends it: what happens to it is written by hand.
      await tx.query(
        `WITH batch AS (
           INSERT INTO delivery_batch (id, bulletin_id, channel, number, people, state, turn, tries, due_at)
           VALUES (gen_random_uuid(), $1, 'email', 1, $2, 'waiting', 1, 0, $3::timestamptz + interval '1 year') RETURNING id)
         INSERT INTO delivery (id, bulletin_id, subscriber_id, batch_id, channel, state, tries, doubts)
         SELECT gen_random_uuid(), $1, s.id, batch.id, 'email', 'waiting', 0, 0 FROM subscriber s, batch`,
        [id, people, now],
      );
    });
    await program.app.listen(0, '127.0.0.1');
    origin = await program.app.getUrl();
    chromium = await openBrowser();
  }, 180_000);
  afterAll(async () => {
    await chromium?.close();
    await program?.close();
  });

  async function windowOf(options: { javaScriptEnabled: boolean }): Promise<[Page, BrowserContext]> {
    const context = await chromium.newContext({ viewport: { width: 390, height: 844 }, ...options });
    context.setDefaultTimeout(20_000);
    const jar = officer.agent.jar.getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false });
    await context.addCookies(jar.map(({ name, value }) => ({ name, value, url: origin })));
    return [await context.newPage(), context];
  }

  /** So many copies have left by now. */
  const sent = (count: number) =>
    database.query(
      `UPDATE delivery SET state = CASE WHEN n <= $2 THEN 'sent' ELSE 'waiting' END
         FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM delivery WHERE bulletin_id = $1) AS numbered
        WHERE numbered.id = delivery.id`,
      [id, count],
    );
  const said = (count: number) => `${count} of ${people} copies are done.`;

  it('sees the numbers move without loading the page, is told when it is out of date, and when it is over', async () => {
    await sent(1);
    const [page, context] = await windowOf({ javaScriptEnabled: true });
    await page.clock.install();
    await page.goto(origin + path);
    await page.getByText(said(1)).waitFor();
    expect(await page.getByRole('link', { name: 'Look again' }).isVisible()).toBe(false);
    await page.evaluate(() => ((globalThis as unknown as { mine: string }).mine = 'the same page'));
    await sent(2);
    await page.clock.runFor(5_000);
    await page.getByText(said(2)).waitFor();
    expect(await page.locator('[data-sending-table] tbody tr', { hasText: 'Sent' }).innerText()).toContain('2');

    await context.setOffline(true);
    await page.clock.runFor(35_000);
    await page.getByText('these numbers may be old').waitFor();
    await page.getByRole('link', { name: 'Look again' }).waitFor();
    expect(await page.getByText(said(2)).isVisible()).toBe(true);

    await context.setOffline(false);
    await sent(3);
    await page.clock.runFor(5_000);
    await page.getByText(said(3)).waitFor();
    expect(await page.getByText('these numbers may be old').isVisible()).toBe(false);
    expect(await page.evaluate(() => (globalThis as unknown as { mine?: string }).mine)).toBe('the same page');

    await sent(4);
    await database.query(`UPDATE bulletin SET state = 'sent' WHERE id = $1`, [id]);
    await Promise.all([page.waitForEvent('load'), page.clock.runFor(5_000)]);
    await page.getByText(said(4)).waitFor();
    expect(await page.locator('[data-sending-state]').count()).toBe(0);
    await context.close();
    await database.query(`UPDATE bulletin SET state = 'sending' WHERE id = $1`, [id]);
  }, 60_000);

  it('reads the truth without JavaScript, and has a link to look again', async () => {
    await sent(2);
    const [page, context] = await windowOf({ javaScriptEnabled: false });
    await page.goto(origin + path);
    await page.getByText(said(2)).waitFor();
    expect(await page.getByText('these numbers may be old').isVisible()).toBe(false);
    await sent(4);
    await page.getByRole('link', { name: 'Look again' }).click();
    await page.getByText(said(4)).waitFor();
    await context.close();
  }, 60_000);
});
