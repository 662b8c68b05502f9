import { Joining } from '@carers/businesses';
import { Cards } from '@carers/cards';
import { Database } from '@carers/database';
import { Tills } from '@carers/till';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { buildAssets } from '../../apps/cli/assets.mjs';
import { startTestApp, type TestApp } from '../support/app.js';
import { violationsOf, wcag } from '../support/axe.js';
import { openBrowser } from '../support/browser.js';
import { cameraArgs, filmOf } from '../support/fake-camera.js';
import { Given, type GivenBusiness, type GivenCard } from '../support/given.js';

const staff = { kind: 'system', id: 'test' } as const;
const noon = '2026-11-21T12:00:00Z';
/** Where to keep a picture of every screen, if anywhere. */
const shots = process.env['TILL_SHOTS'];

describe('the till on a phone', () => {
  let running: TestApp;
  let given: Given;
  let browser: Browser;
  let origin: string;
  let cafe: GivenBusiness;
  let margaret: GivenCard;
  let ended: GivenCard;
  const folder = mkdtempSync(join(tmpdir(), 'till-'));

  beforeAll(async () => {
    await buildAssets();
    running = await startTestApp({ at: noon });
    given = new Given(running);
    await given.scheme();
    cafe = await given.business();
    await given.offer(cafe.business.id);
    await given.offer(
      cafe.business.id,
      { kind: 'amount_off', amountPence: 300, times: [{ from: '14:30', to: '17:00' }] },
      'coffee and cake',
    );
    margaret = await given.card();
    ended = await given.card({ firstName: 'Bea' });
    await running.get(Database).transaction((tx) => running.get(Cards).revoke(tx, ended.card.id, 'superseded', staff));
    await running
      .get(Database)
      .transaction((tx) =>
        running.get(Joining).addOwner(tx, cafe.business.id, { email: 'olu@example.org', name: 'Olu Owner' }, staff),
      );
    await running.app.listen(0, '127.0.0.1');
    origin = await running.app.getUrl();
    await filmOf(margaret.printedQr, join(folder, 'card.y4m'));
    browser = await openBrowser({ args: cameraArgs(join(folder, 'card.y4m')) });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await running?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A phone, what its pages complained of, and one till on it where asked. */
  async function phone(width = 390, options: { paired?: boolean; dark?: boolean } = {}) {
    const context = await browser.newContext({
      viewport: { width, height: width < 500 ? 844 : 800 },
      permissions: ['camera'],
      colorScheme: options.dark ? 'dark' : 'light',
      // What it does is seen in the spec of the till without a connection.
      serviceWorkers: 'block',
    });
    const tab = await context.newPage();
    await tab.clock.setFixedTime(noon);
    const complaints: string[] = [];
    tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    tab.on('pageerror', (error) => complaints.push(String(error)));
    if (options.paired !== false) {
      await tab.goto(`${origin}/till#pair=${await pairingCode()}`);
      await tab.click('text=Pair this phone');
      await tab.waitForSelector('[data-screen=scan]:not([hidden])');
    }
    return { context, tab, complaints };
  }

  async function pairingCode(): Promise<string> {
    return (await running.get(Tills).offerPairing(cafe.branch.id, 'Counter', staff)).code;
  }

  const shown = (tab: Page, screen: string) => tab.waitForSelector(`[data-screen=${screen}]:not([hidden])`);
  const said = (tab: Page) => tab.textContent('[data-said]');

  async function type(tab: Page, number: string): Promise<void> {
    await tab.fill('#number', number);
    await tab.press('#number', 'Enter');
  }

  async function checkAccess(tab: Page, name: string): Promise<void> {
    await tab.waitForLoadState('load');
    if (shots) await tab.screenshot({ path: join(shots, `${name}.png`) });
    const violations = await violationsOf(tab, wcag);
    expect(
      violations.map(({ id, nodes }) => `${name} ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(', ')}`),
    ).toEqual([]);
    const tooWide = await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(tooWide).toBeLessThanOrEqual(0);
  }

  const uses = () => running.get(Database).query<{ undone_at: Date | null }>('SELECT undone_at FROM redemption');

  it('is paired, scans a card with the camera, gives an offer and takes it back', async () => {
    const { context, tab, complaints } = await phone(390, { paired: false });
    const code = await pairingCode();
    await tab.goto(`${origin}/till#pair=${code}`);
    await shown(tab, 'pair');
    expect(await tab.inputValue('#code')).toBe(code);
    expect(tab.url()).toBe(`${origin}/till`);
    await tab.click('text=Pair this phone');
    await shown(tab, 'scan');
    expect(await tab.textContent('[data-who]')).toBe('The Quay Kitchen · Counter');

    await tab.click('text=Scan a card');
    await shown(tab, 'yes');
    expect(await tab.textContent('[data-screen=yes] .till-answer__head')).toMatch(
      /Valid\s*Margaret · until 20 November 2028/,
    );
    expect(await tab.textContent('.till-waiting')).toBe('£3.00 off coffee and cake · after 2:30pm');
    expect(await said(tab)).toBe(
      'Valid. Margaret, until 20 November 2028. 1 offer can be used. Printed card: no moving code.',
    );
    expect(await tab.evaluate(() => document.activeElement?.textContent)).toBe('Valid');

    await tab.fill('.till-offer input', 'twelve');
    await tab.click('text=Use this offer');
    expect(await tab.textContent('[data-amount-error]')).toContain('like 12.50');
    await tab.fill('.till-offer input', '£12.50');
    await tab.click('text=Use this offer');
    await shown(tab, 'used');
    expect(await tab.textContent('[data-saved]')).toBe('£1.25 off');
    expect(await uses()).toEqual([{ undone_at: null }]);

    await tab.click('[data-screen=used] [data-undo]');
    await shown(tab, 'undo');
    await tab.click('text=I pressed it by mistake');
    // The customer is still there, and the offer can be used again.
    await shown(tab, 'yes');
    expect(await uses()).toEqual([{ undone_at: expect.any(Date) }]);
    await tab.click('[data-screen=yes] .till-next');
    // The camera goes on by itself for the next card; this one is still in front of it, and was looked at.
    await shown(tab, 'scan');
    expect(await tab.isVisible('[data-preview]')).toBe(true);
    const checks = await running.get(Database).query('SELECT 1 FROM validation');
    await tab.waitForTimeout(600);
    expect(await running.get(Database).query('SELECT 1 FROM validation')).toEqual(checks);
    await tab.keyboard.type(margaret.printedQr);
    await tab.keyboard.press('Enter');
    await shown(tab, 'yes');
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('takes a mistake back from the screen for the next customer too', async () => {
    const { context, tab } = await phone();
    await type(tab, margaret.card.number);
    await shown(tab, 'yes');
    await tab.click('text=Use this offer');
    await shown(tab, 'used');
    await tab.click('[data-screen=used] .till-next');
    expect(await tab.textContent('[data-last]')).toContain('10% off your meal was used at 12pm.');
    await tab.click('[data-last] [data-undo]');
    await tab.click('text=It was the wrong offer');
    await shown(tab, 'scan');
    expect(await tab.textContent('[data-note]')).toBe('10% off your meal was taken back. Nothing was counted.');
    await context.close();
  }, 60_000);

  it('says kindly what is wrong with a number and with a card, and what to say', async () => {
    const { context, tab } = await phone();
    await type(tab, 'CC 1234');
    await shown(tab, 'no');
    expect(await tab.textContent('[data-reason]')).toContain('This number is not quite right');
    await tab.click('.till-next--ask');
    expect(await tab.inputValue('#number')).toBe('CC 1234');
    await type(tab, ended.card.number);
    await shown(tab, 'no');
    expect(await tab.textContent('[data-reason]')).toMatch(/Not valid\s*There is a newer card\s*What to say/);
    expect(await tab.textContent('[data-reason]')).not.toContain('Bea');
    expect(await tab.getAttribute('body', 'class')).toContain('till-screen--no');
    await context.close();
  }, 60_000);

  it('has words, a colour and a shape for every refusal, and for a card without an offer', async () => {
    const { context, tab } = await phone();
    const reasons = await tab.$$eval('template[data-answer]', (all) => all.map((each) => each.dataset['answer']!));
    expect(reasons.length).toBeGreaterThan(12);
    let answer = {};
    await context.route('**/api/v1/validations', (route) => route.fulfill({ json: answer }));
    const card = { firstName: 'Margaret', validUntil: '2028-11-20', medium: 'phone' };
    for (const reason of [...reasons, null]) {
      answer = { outcome: reason ? 'not_valid' : 'valid', reason, card, offers: [] };
      await tab.keyboard.type('https://x/c/CARD');
      await tab.keyboard.press('Enter');
      await shown(tab, reason ? 'no' : 'yes');
      if (reason) await tab.waitForSelector('[data-reason] .till-answer__who:not(:empty)');
      expect(await tab.getAttribute('body', 'class')).toMatch(/till-screen--(yes|no|warn)/);
      if (shots) await tab.screenshot({ path: join(shots, `answer-${reason ?? 'no-offers'}.png`) });
      await tab.click(`[data-screen=${reason ? 'no' : 'yes'}] .till-next:visible`);
      await shown(tab, 'scan');
    }
    await context.close();
  }, 60_000);

  it('knows a training card, and a card held before a USB scanner on any screen', async () => {
    const trial = await given.card({ firstName: 'Tess' }, { test: true });
    const { context, tab } = await phone();
    await type(tab, trial.printedQr);
    await shown(tab, 'no');
    expect(await tab.textContent('[data-reason]')).toContain('This is a training card');
    await tab.keyboard.type(margaret.printedQr);
    await tab.keyboard.press('Enter');
    await shown(tab, 'yes');
    expect(await tab.textContent('[data-name]')).toBe('Margaret');
    await context.close();
  }, 60_000);

  it('works with the keyboard alone', async () => {
    const { context, tab } = await phone(1280);
    const press = async (key: string, until: string) => {
      for (let count = 0; count < 12; count++) {
        await tab.keyboard.press(key);
        if (await tab.evaluate((selector) => document.activeElement?.matches(selector) ?? false, until)) return;
      }
      throw new Error(`The keyboard does not reach ${until}`);
    };
    await press('Tab', '#number');
    await tab.keyboard.type(margaret.card.number, { delay: 1 });
    await tab.keyboard.press('Enter');
    await shown(tab, 'yes');
    await press('Tab', '.till-offer button');
    await tab.keyboard.press('Enter');
    await shown(tab, 'used');
    await press('Tab', '[data-screen=used] .till-next');
    await tab.keyboard.press('Enter');
    await shown(tab, 'scan');
    await context.close();
  }, 60_000);

  it('says what to do without a connection, and asks the same again', async () => {
    const { context, tab } = await phone(390, { paired: false });
    // A till that has never had a list has nothing to judge by.
    await context.route('**/api/v1/status-list**', (route) => route.abort());
    await tab.goto(`${origin}/till#pair=${await pairingCode()}`);
    await tab.click('text=Pair this phone');
    await shown(tab, 'scan');
    await context.setOffline(true);
    await type(tab, margaret.card.number);
    await shown(tab, 'offline');
    await checkAccess(tab, 'offline-390');
    await context.setOffline(false);
    await tab.click('[data-again]');
    await shown(tab, 'yes');
    await context.close();
  }, 60_000);

  it('clears an answer by itself, and keeps no name on the page', async () => {
    const { context, tab } = await phone();
    await tab.clock.install({ time: noon });
    await tab.reload();
    await type(tab, margaret.card.number);
    await shown(tab, 'yes');
    await tab.clock.runFor(31_000);
    await shown(tab, 'scan');
    expect(await tab.content()).not.toContain('Margaret');
    await context.close();
  }, 60_000);

  it('stops when its owner ends it, and refuses a code that was used', async () => {
    const { context, tab } = await phone(390, { paired: false });
    const code = await pairingCode();
    const { till } = await running.get(Tills).pair(code);
    await tab.goto(`${origin}/till`);
    await tab.fill('#code', code);
    await tab.press('#code', 'Enter');
    await tab.waitForSelector('#code-error:not([hidden])');
    expect(await tab.textContent('#code-error')).toContain('This code does not work');
    await checkAccess(tab, 'pair-error-390');
    await tab.fill('#code', (await pairingCode()).toLowerCase());
    await tab.press('#code', 'Enter');
    await shown(tab, 'scan');
    for (const { id } of await running.get(Tills).ofBusiness(cafe.business.id)) {
      await running.get(Tills).end(id, cafe.business.id, staff);
    }
    await type(tab, margaret.card.number);
    await shown(tab, 'ended');
    await checkAccess(tab, 'ended-390');
    await tab.click('text=Pair this phone again');
    await shown(tab, 'pair');
    expect(till.kind).toBe('phone');
    await context.close();
  }, 60_000);

  it.each([
    [390, false],
    [320, true],
    [1280, false],
  ])(
    'is accessible on every screen, %i px wide, dark: %s',
    async (width, dark) => {
      const name = (screen: string) => `${screen}-${width}${dark ? '-dark' : ''}`;
      const { context, tab } = await phone(width, { paired: false, dark });
      await tab.goto(`${origin}/till`);
      await checkAccess(tab, name('pair'));
      await tab.fill('#code', await pairingCode());
      await tab.click('text=Pair this phone');
      await shown(tab, 'scan');
      await checkAccess(tab, name('scan'));
      await type(tab, margaret.card.number);
      await shown(tab, 'yes');
      await checkAccess(tab, name('valid'));
      await tab.fill('.till-offer input', '20');
      await tab.click('text=Use this offer');
      await shown(tab, 'used');
      await checkAccess(tab, name('used'));
      await tab.click('[data-screen=used] [data-undo]');
      await shown(tab, 'undo');
      await checkAccess(tab, name('undo'));
      await tab.click('[data-keep]');
      await tab.click('[data-screen=used] .till-next');
      await checkAccess(tab, name('scan-after'));
      await type(tab, ended.card.number);
      await shown(tab, 'no');
      await checkAccess(tab, name('not-valid'));
      await tab.click('[data-screen=no] .till-next');
      await type(tab, 'nonsense');
      await shown(tab, 'no');
      await checkAccess(tab, name('mistyped'));
      await context.close();
    },
    90_000,
  );

  it('shows the camera while it looks, and stops it when asked', async () => {
    const { context, tab } = await phone();
    // A camera that sees nothing: the page's own frame source is replaced by an empty one.
    await tab.evaluate(() => {
      const empty = document.createElement('canvas');
      empty.getContext('2d');
      navigator.mediaDevices.getUserMedia = () => Promise.resolve(empty.captureStream(10));
    });
    await tab.click('text=Scan a card');
    await tab.waitForSelector('[data-camera]:not([hidden])');
    await checkAccess(tab, 'camera-390');
    await tab.click('text=Stop the camera');
    expect(await tab.isVisible('[data-scan]')).toBe(true);
    await tab.evaluate(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    });
    await tab.click('text=Scan a card');
    await tab.waitForSelector('[data-note]:not([hidden])');
    expect(await tab.textContent('[data-note]')).toContain('or type the number');
    await context.close();
  }, 60_000);

  it.each([390, 1280])(
    'gives the owner pages that everybody can use, %i px wide',
    async (width) => {
      const context = await browser.newContext({ viewport: { width, height: 844 } });
      const tab = await context.newPage();
      const complaints: string[] = [];
      tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      await tab.goto(`${origin}/sign-in`);
      await tab.fill('input[name=contact]', 'olu@example.org');
      await tab.keyboard.press('Enter');
      await tab.waitForURL(/\/sign-in\/check/);
      const codes = (await running.outbox()).map(({ text }) => /\b\d{6}\b/.exec(text)?.[0]);
      await tab.fill('input[name=code]', codes.find(Boolean)!);
      await tab.keyboard.press('Enter');
      await tab.waitForURL(/\/business/);
      await tab.click('text=Your tills');
      await checkAccess(tab, `owner-list-${width}`);
      await tab.click('text=Add a till');
      await checkAccess(tab, `owner-new-${width}`);
      await tab.fill('input[name=name]', 'Terrace');
      await tab.click('text=Continue');
      await tab.waitForSelector('.till-pairing');
      await checkAccess(tab, `owner-pair-${width}`);
      await tab.goBack();
      await tab.click('text=Our own till system');
      await tab.fill('input[name=name]', 'Front desk');
      await tab.click('text=Continue');
      await tab.waitForSelector('#till-key');
      await checkAccess(tab, `owner-key-${width}`);
      running.clock.advance({ minutes: 11 });
      expect(complaints).toEqual([]);
      await context.close();
    },
    60_000,
  );

  describe('a card opened by a stranger’s phone', () => {
    const path = (card: GivenCard) => new URL(card.printedQr).pathname;
    let context: BrowserContext;
    beforeAll(async () => void (context = await browser.newContext({ viewport: { width: 390, height: 844 } })));
    afterAll(() => context?.close());

    it.each([
      ['valid', () => path(margaret), 'Valid carers card'],
      ['not valid', () => path(ended), 'Not a valid card'],
      ['garbled', () => '/c/HELLO', 'We cannot read this card'],
    ])(
      'says that it is %s, and not whose it is',
      async (name, address, heading) => {
        const tab = await context.newPage();
        await tab.goto(origin + address());
        expect(await tab.textContent('h1')).toBe(heading);
        expect(await tab.textContent('body')).not.toMatch(/Margaret|Bea|2028/);
        expect(await tab.isVisible('[data-till-only]')).toBe(false);
        await checkAccess(tab, `card-${name.replace(' ', '-')}`);
        await tab.close();
      },
      60_000,
    );

    it('offers a paired phone to check it as a till', async () => {
      const { context: paired, tab } = await phone();
      await tab.goto(origin + path(margaret));
      await tab.click('text=Check it with this till');
      await shown(tab, 'yes');
      expect(await tab.textContent('[data-name]')).toBe('Margaret');
      await paired.close();
    }, 60_000);
  });
});
