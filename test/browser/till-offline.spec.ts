import { AxeBuilder } from '@axe-core/playwright';
import { Cards } from '@carers/cards';
import { Database } from '@carers/database';
import { Tills } from '@carers/till';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { pbkdf2Sync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { buildAssets } from '../../apps/cli/assets.mjs';
import { startTestApp, type TestApp } from '../support/app.js';
import { openBrowser, openProfile } from '../support/browser.js';
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
    given = new Given(running);
  }

  const opened: BrowserContext[] = [];
  // A till that a failed test left open would go on scanning into the next one.
  afterEach(async () => void (await Promise.all(opened.splice(0).map((context) => context.close()))));

  async function phone(name: string, time = noon): Promise<{ context: BrowserContext; tab: Page }> {
    const context = await openProfile(join(folder, name), {
      viewport: { width: 390, height: 844 },
      permissions: ['camera'],
      args: cameraArgs(film),
    });
    opened.push(context);
    await context.clock.setFixedTime(time);
    const tab = context.pages()[0] ?? (await context.newPage());
    return { context, tab };
  }

  async function pair(tab: Page, name = 'Counter'): Promise<void> {
    const { code } = await running.get(Tills).offerPairing(cafe.branch.id, name, staff);
    await tab.goto(`${origin}/till#pair=${code}`);
    await tab.click('text=Pair this phone');
    await shown(tab, 'scan');
    await says(tab, '[data-state]', 'Up to date at');
  }

  /** The camera goes on: the next card may take the place of a screen sooner than anybody looks. */
  const wasShown = (place: string) =>
    new Promise<void>((resolve) => {
      const screen = document.querySelector<HTMLElement>(place)!;
      const look = () => screen.hidden || resolve();
      new MutationObserver(look).observe(screen, { attributes: true });
      look();
    });
  const shown = (tab: Page, screen: string) => tab.waitForSelector(`[data-screen=${screen}]:not([hidden])`);
  /** Whether or not it is on the screen that shows: a camera that goes on changes screens as it likes. */
  const says = (tab: Page, place: string, text: string) =>
    tab.waitForSelector(`${place}:has-text("${text}")`, { state: 'attached' });
  const isKept = (tab: Page) => tab.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  const uses = () =>
    running.get(Database).query<{ name: string; times: number }>(
      `SELECT card.printed_name AS name, count(*)::integer AS times FROM redemption
         JOIN card ON card.id = redemption.card_id GROUP BY card.printed_name ORDER BY 1`,
    );

  async function setPin(name: string, digits: string): Promise<void> {
    const salt = Buffer.alloc(16, 7);
    const hash = pbkdf2Sync(digits, salt, 1000, 32, 'sha256').toString('base64url');
    const pin = JSON.stringify({ salt: salt.toString('base64url'), hash, iterations: 1000 });
    await running.get(Database).query('UPDATE till SET pin = $1::jsonb WHERE name = $2', [pin, name]);
  }

  /** As fast as a scanner types, however slow this machine is. */
  async function wedge(tab: Page, text: string): Promise<void> {
    await tab.evaluate((typed) => {
      for (const key of [...typed, 'Enter']) {
        document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      }
    }, text);
  }

  async function look(tab: Page, name: string): Promise<void> {
    await tab.waitForLoadState('load');
    if (shots) await tab.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
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
        const used = tab.evaluate(wasShown, '[data-screen=used]');
        await tab.click('text=Use this offer');
        await used;
        served.push(name);
        return;
      }
      await tab.click('[data-screen=yes] .till-next');
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
    await serveNext(tab, served);
    expect(served).toContain('Dora');
    await says(tab, '[data-state]', 'Working without a connection. Checked against the list of 12pm');
    await says(tab, '[data-waiting-short]', '3 uses wait to be sent.');
    await context.close();

    await startServer();
    const { context: later, tab: again } = await phone('long');
    await again.goto(`${origin}/till`);
    await says(again, '[data-state]', 'Up to date at 12pm');
    await again.waitForSelector('[data-waiting-short][hidden]', { state: 'attached' });
    expect(await uses()).toEqual(['Bea', 'Colin', 'Dora', 'Margaret'].map((name) => ({ name, times: 1 })));
    await later.close();
  }, 120_000);

  describe('on a phone', () => {
    let browser: Browser;
    let context: BrowserContext;
    let tab: Page;
    beforeAll(async () => void (browser = await openBrowser()));
    afterAll(() => browser?.close());
    afterEach(() => context.close());

    /** A phone that is a till, with nothing kept by the browser but what the till keeps. */
    async function paired(options: { time?: string; name?: string } = {}): Promise<void> {
      context = await browser.newContext({ viewport: { width: 390, height: 844 } });
      await context.clock.setFixedTime(options.time ?? noon);
      tab = await context.newPage();
      await pair(tab, options.name);
    }

    it('refuses a card that was stopped, from the next sync on, without asking anybody', async () => {
      await paired();
      const { card } = people['Bea']!;
      await running.get(Database).transaction((tx) => running.get(Cards).revoke(tx, card.id, 'lost', staff));
      await tab.click('[data-more] summary');
      await look(tab, 'scan-more');
      // The server sends what it last made for a few seconds; they are over.
      const steady = performance.now.bind(performance);
      const clock = jest.spyOn(performance, 'now').mockImplementation(() => steady() + 5_000);
      try {
        await tab.click('text=Sync now');
        await says(tab, '[data-note]', 'Everything is up to date.');
      } finally {
        clock.mockRestore();
      }
      await context.setOffline(true);
      await wedge(tab, people['Bea']!.printedQr);
      await shown(tab, 'no');
      expect(await tab.textContent('[data-reason]')).toContain('It has been stopped');
      await look(tab, 'offline-revoked');
    }, 60_000);

    it('says what it did not check, keeps what happened, and takes it back', async () => {
      await paired();
      await isKept(tab);
      await context.setOffline(true);
      await tab.reload();
      await shown(tab, 'scan');
      await wedge(tab, `${people['Dora']!.qr.replace(/\.[A-Z2-7]{5}$/, '')}.ABC23`);
      await shown(tab, 'yes');
      expect(await tab.textContent('[data-mark]')).toBe('Code not checked');
      expect(await tab.textContent('[data-said]')).toContain('Valid. Dora');
      expect(await tab.textContent('[data-said]')).toContain('Code not checked.');
      await look(tab, 'offline-phone-card');
      await tab.click('text=Use this offer');
      await shown(tab, 'used');
      await says(tab, '[data-waiting-short]', '1 use waits to be sent.');
      await tab.click('[data-screen=used] .till-next');
      await look(tab, 'offline-scan');
      await tab.click('[data-last] [data-undo]');
      await tab.click('text=It was the wrong offer');
      await says(tab, '[data-note]', 'was taken back');
      await says(tab, '[data-waiting]', 'Nothing waits to be sent.');
      await tab.fill('#number', people['Dora']!.card.number);
      await tab.press('#number', 'Enter');
      await shown(tab, 'no');
      expect(await tab.textContent('[data-reason]')).toMatch(/Scan it\s*Without a connection/);
      await look(tab, 'offline-number');
    }, 60_000);

    it('says what is wrong with a number once it is complete', async () => {
      await paired();
      const so = () => tab.textContent('[data-number-so]');
      const { number } = people['Dora']!.card;
      await tab.fill('#number', number.slice(0, 8));
      expect(await so()).toBe('');
      await tab.fill('#number', number);
      expect(await so()).toBe('That is a whole number.');
      await look(tab, 'number-right');
      await tab.fill('#number', number.slice(0, -1) + (number.endsWith('7') ? '8' : '7'));
      expect(await so()).toBe('This number is not quite right. Please look at it again.');
      await look(tab, 'number-wrong');
    }, 60_000);

    it('notices that the phone’s clock is wrong, says so once, and tells the server the right time', async () => {
      await paired({ time: '2026-11-21T15:10:00Z' });
      await says(tab, '[data-note]', 'The clock of this phone is wrong. It is really 12pm');
      await look(tab, 'clock-wrong');
      await context.setOffline(true);
      await wedge(tab, people['Colin']!.printedQr);
      await tab.click('text=Use this offer');
      await shown(tab, 'used');
      await context.setOffline(false);
      await tab.click('[data-screen=used] .till-next');
      expect(await tab.isVisible('[data-note]')).toBe(false);
      await tab.click('[data-more] summary');
      await tab.click('text=Sync now');
      await says(tab, '[data-waiting]', 'Nothing waits to be sent.');
      const [last] = await running.get(Database).query<{ minutes: number }>(
        `SELECT abs(extract(epoch FROM occurred_at - $1::timestamptz) / 60)::float8 AS minutes
           FROM redemption ORDER BY recorded_at DESC, id DESC LIMIT 1`,
        [noon],
      );
      expect(last!.minutes).toBeLessThan(2);
    }, 60_000);

    it('lets staff practise with any card, and counts nothing', async () => {
      const trial = await given.card({ firstName: 'Tess' }, { test: true });
      await paired();
      await wedge(tab, trial.printedQr);
      await shown(tab, 'no');
      expect(await tab.textContent('[data-reason]')).toContain('press “Start practice”');
      await look(tab, 'training-card');
      const rows = async () => [
        await running.get(Database).query('SELECT 1 FROM validation'),
        await running.get(Database).query('SELECT 1 FROM redemption'),
      ];
      const before = await rows();
      await tab.click('[data-practise]');
      await shown(tab, 'scan');
      await look(tab, 'practice-scan');
      for (const card of [trial, people['Dora']!]) {
        await wedge(tab, card.printedQr);
        await shown(tab, 'yes');
        await tab.click('text=Use this offer');
        await shown(tab, 'used');
        await tab.click('[data-screen=used] .till-next');
        await shown(tab, 'scan');
      }
      await tab.fill('#number', people['Dora']!.card.number);
      await tab.press('#number', 'Enter');
      await shown(tab, 'yes');
      expect(await tab.textContent('[data-name]')).toBe('Practice card');
      await look(tab, 'practice-valid');
      await tab.reload();
      // It is still on, and says so.
      await tab.waitForSelector('[data-banner]:not([hidden])');
      expect(await rows()).toEqual(before);
      expect(await tab.textContent('[data-waiting]')).toBe('Nothing waits to be sent.');
      await tab.click('[data-training-stop]');
      await tab.waitForSelector('[data-banner]', { state: 'hidden' });
    }, 60_000);

    it('shows nothing but the question for the PIN until a shift begins', async () => {
      await paired({ name: 'Bar' });
      await isKept(tab);
      await setPin('Bar', '2846');
      await tab.click('[data-more] summary');
      await tab.click('text=Sync now');
      await shown(tab, 'pin');
      await look(tab, 'pin');
      await wedge(tab, people['Dora']!.printedQr);
      await shown(tab, 'pin');
      for (let tries = 0; tries < 5; tries++) {
        await tab.fill('#pin', '1111');
        await tab.press('#pin', 'Enter');
        await tab.waitForFunction(() => document.querySelector<HTMLInputElement>('#pin')!.value === '');
      }
      await says(tab, '#pin-error', 'Too many tries. Wait 30 seconds');
      await look(tab, 'pin-wait');
      await context.clock.setFixedTime('2026-11-21T12:00:31Z');
      await context.setOffline(true);
      await tab.fill('#pin', '2846');
      await tab.press('#pin', 'Enter');
      await shown(tab, 'scan');
      await tab.reload();
      await shown(tab, 'scan');
      await wedge(tab, people['Dora']!.printedQr);
      await shown(tab, 'yes');
      await tab.click('[data-screen=yes] .till-next');
      await tab.click('[data-more] summary');
      await tab.click('text=Lock this till');
      await shown(tab, 'pin');
      await context.clock.setFixedTime('2026-11-21T12:01:00Z');
      await tab.fill('#pin', '2846');
      await tab.press('#pin', 'Enter');
      await shown(tab, 'scan');
      // Twelve hours later the next customer finds it closed.
      await context.clock.setFixedTime('2026-11-22T00:01:00Z');
      await wedge(tab, people['Dora']!.printedQr);
      await shown(tab, 'pin');
    }, 60_000);

    /** A till that gave an offer without a connection, and was ended half a minute later. */
    async function endedWithAUse(name: string): Promise<string> {
      await paired({ name });
      await context.setOffline(true);
      await wedge(tab, people['Dora']!.printedQr);
      await tab.click('text=Use this offer');
      await shown(tab, 'used');
      const till = (await running.get(Tills).ofBusiness(cafe.business.id)).find((each) => each.name === name)!;
      running.clock.advance({ seconds: 30 });
      await running.get(Tills).end(till.id, cafe.business.id, staff);
      return till.id;
    }
    const usesOf = (tillId: string) =>
      running.get(Database).query<{ flags: string[] }>('SELECT flags FROM redemption WHERE till_id = $1', [tillId]);

    it('that its owner ends still tells what it did before, however late, and forgets its secrets', async () => {
      const tillId = await endedWithAUse('Garden');
      await context.route('**/redemptions/batch', (route) => route.abort());
      await context.setOffline(false);
      await shown(tab, 'ended');
      await says(tab, '[data-undelivered]', '1 use was not sent.');
      expect(await tab.locator('[data-undelivered-sends]').isVisible()).toBe(true);
      expect(await tab.locator('[data-undelivered-stays]').isVisible()).toBe(false);
      await look(tab, 'ended-sends');
      expect(await usesOf(tillId)).toEqual([]);
      // The phone is put away, and opened again the next day.
      await tab.reload();
      await shown(tab, 'ended');
      await says(tab, '[data-undelivered]', '1 use was not sent.');
      await context.unroute('**/redemptions/batch');
      await tab.reload();
      await shown(tab, 'ended');
      await tab.waitForSelector('[data-undelivered]', { state: 'hidden' });
      expect(await usesOf(tillId)).toEqual([{ flags: ['till_ended'] }]);
      await tab.reload();
      await shown(tab, 'pair');
    }, 60_000);

    it('that ended too long ago leaves to people what it could not send', async () => {
      const tillId = await endedWithAUse('Terrace');
      await running.get(Database).query("UPDATE till SET ended_at = '2026-10-01T12:00:00Z' WHERE id = $1", [tillId]);
      await context.setOffline(false);
      await shown(tab, 'ended');
      await says(tab, '[data-undelivered]', '1 use was not sent.');
      await tab.waitForSelector('[data-undelivered-stays]', { state: 'visible' });
      await look(tab, 'ended-undelivered');
      await tab.click('text=Delete without sending');
      await look(tab, 'ended-delete');
      await tab.click('[data-delete-not]');
      // The same place again: what waited is sent with the new key.
      await tab.click('text=Pair this phone again');
      const { code } = await running.get(Tills).offerPairing(cafe.branch.id, 'Counter', staff);
      await tab.fill('#code', code);
      await tab.press('#code', 'Enter');
      await shown(tab, 'scan');
      await says(tab, '[data-state]', 'Up to date');
      await says(tab, '[data-waiting]', 'Nothing waits to be sent.');
    }, 60_000);
  });
});
