import { AxeBuilder } from '@axe-core/playwright';
import { CardCodes, Cards } from '@carers/cards';
import { Database } from '@carers/database';
import { Tills } from '@carers/till';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { buildAssets } from '../../apps/cli/assets.mjs';
import { startTestApp, type TestApp } from '../support/app.js';
import { openProfile } from '../support/browser.js';
import { testDatabase } from '../support/database.js';
import { cameraArgs, filmOfMany } from '../support/fake-camera.js';
import { Given, type GivenBusiness, type GivenCard } from '../support/given.js';

const staff = { kind: 'system', id: 'test' } as const;
const noon = '2026-11-21T12:00:00Z';
/** Where to keep a picture of every screen, if anywhere. */
const shots = process.env['TILL_SHOTS'];
if (shots) mkdirSync(shots, { recursive: true });

describe('the till without a connection', () => {
  let databaseUrl: string;
  let running: TestApp;
  let given: Given;
  let origin = '';
  let cafe: GivenBusiness;
  const people: Record<string, GivenCard> = {};
  const folder = mkdtempSync(join(tmpdir(), 'till-offline-'));
  const film = join(folder, 'cards.y4m');

  beforeAll(async () => {
    await buildAssets();
    databaseUrl = await testDatabase();
    await startServer();
    given = new Given(running);
    await given.scheme();
    cafe = await given.business();
    await given.offer(cafe.business.id);
    for (const firstName of ['Margaret', 'Bea', 'Colin', 'Dora']) people[firstName] = await given.card({ firstName });
    await filmOfMany(
      ['Margaret', 'Bea', 'Colin'].map((name) => people[name]!.printedQr),
      film,
    );
  }, 120_000);
  afterAll(async () => {
    await running?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The same server again, at the same address and with the same database. */
  async function startServer(): Promise<void> {
    running = await startTestApp({ at: noon, databaseUrl });
    await running.app.listen(origin ? Number(new URL(origin).port) : 0, '127.0.0.1');
    origin = await running.app.getUrl();
  }

  async function phone(name: string, time = noon): Promise<{ context: BrowserContext; tab: Page }> {
    const context = await openProfile(join(folder, name), {
      viewport: { width: 390, height: 844 },
      permissions: ['camera'],
      args: cameraArgs(film),
    });
    await context.clock.setFixedTime(time);
    const tab = context.pages()[0] ?? (await context.newPage());
    return { context, tab };
  }

  async function pair(tab: Page): Promise<void> {
    const { code } = await running.get(Tills).offerPairing(cafe.branch.id, 'Counter', staff);
    await tab.goto(`${origin}/till#pair=${code}`);
    await tab.click('text=Pair this phone');
    await shown(tab, 'scan');
    await says(tab, '[data-state]', 'Up to date at');
  }

  const shown = (tab: Page, screen: string) => tab.waitForSelector(`[data-screen=${screen}]:not([hidden])`);
  const says = (tab: Page, place: string, text: string) => tab.waitForSelector(`${place}:has-text("${text}")`);
  const isKept = (tab: Page) => tab.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  const uses = () =>
    running.get(Database).query<{ name: string; times: number }>(
      `SELECT card.printed_name AS name, count(*)::integer AS times FROM redemption
         JOIN card ON card.id = redemption.card_id GROUP BY card.printed_name ORDER BY 1`,
    );

  async function wedge(tab: Page, text: string): Promise<void> {
    await tab.keyboard.type(text);
    await tab.keyboard.press('Enter');
  }

  async function look(tab: Page, name: string): Promise<void> {
    await tab.waitForLoadState('load');
    if (shots) await tab.screenshot({ path: join(shots, `${name}.png`) });
    const { violations } = await new AxeBuilder({ page: tab })
      .setLegacyMode(true)
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    expect(
      violations.map(({ id, nodes }) => `${name} ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(', ')}`),
    ).toEqual([]);
    expect(await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  }

  /** Gives the offer to the next card that the camera sees and that has not had it. */
  async function serveNext(tab: Page, served: string[]): Promise<void> {
    for (;;) {
      await shown(tab, 'yes');
      // While a bill is typed the camera lets the next card wait.
      await tab.fill('.till-offer input', '10').catch(() => undefined);
      const name = (await tab.textContent('[data-name]')) ?? '';
      if (name && !served.includes(name)) {
        await tab.click('text=Use this offer');
        await shown(tab, 'used');
        served.push(name);
        return;
      }
      await tab.fill('.till-offer input', '').catch(() => undefined);
      await tab.waitForTimeout(100);
    }
  }

  it('goes on when the server stops, the page is opened anew and the browser is closed, and counts each use once', async () => {
    const { context, tab } = await phone('long');
    await pair(tab);
    await isKept(tab);
    const served: string[] = [];
    await tab.click('text=Scan a card');
    await serveNext(tab, served);
    expect(await uses()).toEqual([{ name: served[0], times: 1 }]);

    await running.close();
    await tab.reload();
    await shown(tab, 'scan');
    // The camera was in use, so it starts by itself.
    await serveNext(tab, served);
    await look(tab, 'offline-used');
    await serveNext(tab, served);
    await wedge(tab, people['Dora']!.printedQr);
    await says(tab, '[data-name]', 'Dora');
    await look(tab, 'offline-valid');
    await tab.click('text=Use this offer');
    await shown(tab, 'used');
    await tab.click('[data-screen=used] .till-next');
    await says(tab, '[data-state]', 'Working without a connection. Checked against the list of 12pm');
    await says(tab, '[data-waiting-short]', '3 uses wait to be sent.');
    await look(tab, 'offline-scan');
    await context.close();

    await startServer();
    const { context: later, tab: opened } = await phone('long');
    await opened.goto(`${origin}/till`);
    await says(opened, '[data-state]', 'Up to date at 12pm');
    await opened.waitForSelector('[data-waiting-short][hidden]', { state: 'attached' });
    expect(await uses()).toEqual(['Bea', 'Colin', 'Dora', 'Margaret'].map((name) => ({ name, times: 1 })));
    await later.close();
  }, 120_000);

  it('refuses a card that was stopped, from the next sync on, without asking anybody', async () => {
    const { context, tab } = await phone('revoked');
    await pair(tab);
    const { card } = people['Bea']!;
    await running.get(Database).transaction((tx) => running.get(Cards).revoke(tx, card.id, 'lost', staff));
    await tab.click('[data-more] summary');
    await tab.click('text=Sync now');
    await says(tab, '[data-note]', 'Everything is up to date.');
    await context.setOffline(true);
    await wedge(tab, people['Bea']!.printedQr);
    await shown(tab, 'no');
    expect(await tab.textContent('[data-reason]')).toContain('It has been stopped');
    await look(tab, 'offline-revoked');
    await context.close();
  }, 60_000);
});
