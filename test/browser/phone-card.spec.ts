import { Accounts } from '@carers/access';
import { CardCodes, CardKeys, CardLinks, CardTokens, Credential, LostCards } from '@carers/cards';
import { formatCardNumber, isFreshCode, readCardText } from '@carers/credentials';
import { Database } from '@carers/database';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { buildAssets } from '../../apps/cli/assets.mjs';
import { Browser as Client } from '../http/access-browser.js';
import { startTestApp, type TestApp } from '../support/app.js';
import { violationsOf, wcag } from '../support/axe.js';
import { openBrowser } from '../support/browser.js';
import { decodeBars, decodeQr } from '../support/decoder.js';
import { Given, type GivenCard } from '../support/given.js';
import { type Line, lineTo } from '../support/line.js';

const staff = { kind: 'system', id: 'test' } as const;
/** Where pictures go when somebody wants to look at them. */
const pictures = process.env['SHOTS'];
const offline = 'Shown without a connection';

let program: TestApp;
let given: Given;
let chromium: Browser;
let line: Line;

beforeAll(async () => {
  await buildAssets();
  program = await startTestApp();
  given = new Given(program);
  await given.scheme();
  await program.app.listen(0, '127.0.0.1');
  line = await lineTo(await program.app.getUrl());
  chromium = await openBrowser();
  if (pictures) mkdirSync(pictures, { recursive: true });
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await line?.cut();
  await program?.close();
});

// A line that a failed test left cut would fail those after it.
afterEach(() => line.mend());

interface Phone {
  context: BrowserContext;
  page: Page;
  /** What its pages complained of. */
  complaints: string[];
}

/** A phone whose clock is wrong by as much as one likes. */
async function phone(options: BrowserContextOptions = {}, clockIsOffBy = 0): Promise<Phone> {
  const context = await chromium.newContext({ viewport: { width: 390, height: 844 }, ...options });
  await context.clock.install({ time: program.clock.now().getTime() + clockIsOffBy });
  const complaints: string[] = [];
  context.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  context.on('weberror', (error) => complaints.push(String(error.error())));
  return { context, page: await context.newPage(), complaints };
}

/** The start of what the page writes at an instant of that minute. */
const timeIn = (now: Date) => `${now.toISOString().slice(11, 16)}:`;

/** Time goes by for the server and for the phone. */
async function pass(page: Page, minutes: number): Promise<void> {
  program.clock.advance({ minutes });
  await page.clock.fastForward(minutes * 60_000);
}

const linkOf = ({ cardholder }: Pick<GivenCard, 'cardholder'>) =>
  `${line.origin}/my-card/${program.get(CardLinks).tokenFor(cardholder)}`;

/** The code on the screen, read by a decoder; null where it is not one that the server would take now. */
async function freshCode(page: Page, { card }: Pick<GivenCard, 'card'>): Promise<string | null> {
  const read = readCardText((await decodeQr(await page.locator('[data-card-qr]').screenshot())) ?? '');
  if (!read?.code) return null;
  expect(read.token).toBe(readCardText(await program.get(CardTokens).urlFor(card, 'phone'))!.token);
  const credential = await program
    .get(Database)
    .reader.findOneByOrFail(Credential, { cardId: card.id, medium: 'phone' });
  const secret = program.get(CardCodes).secretFor(credential.id);
  return isFreshCode(secret, read.code, program.clock.now()) ? read.code : null;
}

/** Until the service worker has the page. */
async function kept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const isKept = () => caches.match(location.pathname, { ignoreVary: true });
    while (!navigator.serviceWorker.controller || !(await isKept())) await new Promise(requestAnimationFrame);
  });
}

async function picture(page: Page, name: string): Promise<void> {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}

describe('a card on the phone', () => {
  it('shows a code that is always fresh, on a phone whose clock is hours wrong', async () => {
    const margaret = await given.card();
    const { context, page, complaints } = await phone({}, -3 * 3_600_000);
    await page.goto(linkOf(margaret));
    await page.getByText('Time now').waitFor();
    const first = await freshCode(page, margaret);
    await pass(page, 2);
    await page.getByText(timeIn(program.clock.now())).waitFor();
    const second = await freshCode(page, margaret);
    expect([first, second]).toEqual([expect.any(String), expect.any(String)]);
    expect(second).not.toBe(first);
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('is taken by a till from the screen, and not from a picture of it', async () => {
    const { branch } = await given.business();
    const key = await given.tillKey(branch.id);
    const scan = async (credential: string | null) => {
      const sent = { credential, scanId: randomUUID() };
      const till = program.browser().post('/api/v1/validations').set('authorization', `Bearer ${key}`);
      const { outcome, reason, card } = (await till.send(sent).expect(200)).body as Record<string, unknown>;
      return { outcome, reason, card };
    };
    const { context, page } = await phone({}, 3_600_000);
    await page.goto(linkOf(await given.card({ firstName: 'Iris' })));
    await page.getByText('Time now').waitFor();
    const photo = await decodeQr(await page.locator('[data-card-qr]').screenshot());
    expect(await scan(photo)).toMatchObject({ outcome: 'valid', card: { firstName: 'Iris', medium: 'phone' } });
    await pass(page, 2);
    expect(await scan(photo)).toMatchObject({ outcome: 'not_valid', reason: 'stale_code' });
    await page.getByText(timeIn(program.clock.now())).waitFor();
    expect(await scan(await decodeQr(await page.locator('[data-card-qr]').screenshot()))).toMatchObject({
      outcome: 'valid',
    });
    await context.close();
  }, 60_000);

  it('opens again without a connection, with a fresh code, and says so', async () => {
    const zoe = await given.card({ firstName: 'Zoë' });
    const { context, page } = await phone({}, 40 * 60_000);
    await page.goto(linkOf(zoe));
    await kept(page);
    await line.cut();
    await pass(page, 45);
    await page.reload();
    await page.getByText(offline).waitFor();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('Zoë');
    expect(await freshCode(page, zoe)).not.toBeNull();
    await picture(page, 'phone-offline');

    // Another day, and the page opened from nothing.
    await page.close();
    program.clock.advance({ minutes: 24 * 60 });
    const again = await context.newPage();
    await again.clock.setSystemTime(program.clock.now().getTime() + 40 * 60_000);
    await again.goto(linkOf(zoe));
    await again.getByText(offline).waitFor();
    expect(await freshCode(again, zoe)).not.toBeNull();
    expect(await violationsOf(again, wcag)).toEqual([]);

    // And on the day after its last, it does not look as if it worked.
    await again.clock.setSystemTime('2028-11-21T09:00:00Z');
    await again.reload();
    await again.getByText('Your card has run out').waitFor();
    expect(await again.locator('[data-card-qr]').isVisible()).toBe(false);
    await context.close();
  }, 90_000);

  it('that was reported lost is not shown any more once there is a connection, and is kept no longer', async () => {
    const bea = await given.card({ firstName: 'Bea' });
    const { context, page } = await phone();
    const link = linkOf(bea);
    await page.goto(link);
    await kept(page);
    await line.cut();
    await program.get(LostCards).report(bea.card.id, staff);
    await page.reload();
    await page.getByText(offline).waitFor();
    await line.mend();
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await page.getByText('This link does not open a card').waitFor();
    await line.cut();
    await expect(page.goto(link)).rejects.toThrow();
    await context.close();
  }, 60_000);

  it('is drawn anew while it lies open, once the key that signed it was revoked', async () => {
    const may = await given.card({ firstName: 'May' });
    const { context, page } = await phone();
    await page.goto(linkOf(may));
    await page.getByText('Time now').waitFor();
    const shown = await page.getAttribute('[data-phone-card]', 'data-address');
    const keys = program.get(CardKeys);
    await keys.revoke((await keys.signer()).kid, 'A backup was stolen', staff);
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await page.locator(`[data-phone-card]:not([data-address="${shown}"])`).waitFor();
    await page.getByText('Time now').waitFor();
    expect(await freshCode(page, may)).not.toBeNull();
    await context.close();
  }, 60_000);

  it('is kept alone, without anything else of the site, and without parts of older versions', async () => {
    const ada = await given.card({ firstName: 'Ada' });
    const { context, page } = await phone();
    const link = linkOf(ada);
    await page.goto(link);
    await kept(page);
    await page.evaluate(async () => {
      const name = (await caches.keys()).find((each) => each.startsWith('card-assets '))!;
      await caches.open(name.replace(/ \w+$/, ' older'));
    });
    for (const path of ['', '/lost', '/card.pdf', '/state.json', '']) {
      if (path.includes('.')) await page.evaluate((url) => fetch(url), link + path);
      else await page.goto(link + path);
    }
    const paths = await page.evaluate(async () => {
      const all = async () => (await caches.keys()).filter((name) => name.startsWith('card-'));
      while ((await all()).some((name) => name.endsWith(' older'))) await new Promise(requestAnimationFrame);
      const kept = await Promise.all((await all()).map(async (name) => (await caches.open(name)).keys()));
      return kept.flat().map(({ url }) => new URL(url).pathname);
    });
    expect(paths.filter((path) => !path.startsWith('/assets/'))).toEqual([new URL(link).pathname]);
    expect(paths.length).toBeGreaterThan(8);
    await context.close();
  }, 60_000);

  it('is not to be printed from the screen, nor is its link', async () => {
    const { context, page } = await phone();
    await page.goto(linkOf(await given.card()));
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('[data-card-qr]').isVisible()).toBe(false);
    expect(await page.locator('main').innerText()).toContain('Choose “Print a card”');
    expect(await page.locator('main a:visible').count()).toBe(0);
    await context.close();
  }, 60_000);

  it('has a barcode of its number beside it, which needs no script', async () => {
    const cleo = await given.card({ firstName: 'Cleo' });
    const { context, page, complaints } = await phone({ javaScriptEnabled: false, deviceScaleFactor: 2 });
    await page.goto(linkOf(cleo));
    expect(await freshCode(page, cleo)).not.toBeNull();
    await page.getByText('Show a barcode instead').click();
    const bars = page.getByRole('img', { name: 'Barcode of your card number' });
    expect(await decodeBars(await bars.screenshot(), 'Code128')).toBe(cleo.card.number);
    expect((await bars.locator('svg').boundingBox())!.width).toBeGreaterThanOrEqual(350);
    await picture(page, 'phone-barcode');
    expect(await page.locator('noscript').innerHTML()).toContain('http-equiv="refresh"');
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it.each([
    ['phone', 390, 'light'],
    ['small-phone', 320, 'light'],
    ['phone-dark', 390, 'dark'],
    ['desk', 1280, 'light'],
    ['desk-dark', 1280, 'dark'],
  ] as const)(
    'can be read and used by everybody: %s',
    async (name, width, colorScheme) => {
      const margaret = await given.card({ firstName: 'Margaret' });
      const { context, page, complaints } = await phone({ viewport: { width, height: 844 }, colorScheme });
      await page.goto(linkOf(margaret));
      await page.getByText('Time now').waitFor();
      await picture(page, name);
      expect(await violationsOf(page, wcag)).toEqual([]);
      await page.getByText('Show a barcode instead').click();
      expect(await violationsOf(page, wcag)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(
        0,
      );
      await picture(page, `${name}-barcode`);
      expect(complaints).toEqual([]);
      await context.close();
    },
    60_000,
  );
});

describe('the card of somebody who is signed in', () => {
  it('is kept for use without a connection, follows a replacement, and goes when they sign out', async () => {
    const email = 'dora@example.org';
    const accountId = await program
      .get(Database)
      .transaction((tx) => program.get(Accounts).ensure(tx, { email, name: 'Dora Hale' }));
    const { card } = await given.card({ firstName: 'Dora', email, accountId });
    const client = new Client(program);
    await client.signIn(email);
    const { context, page } = await phone();
    await context.addCookies([{ name: 'session', value: client.cookie('session')!, url: line.origin }]);
    await page.goto(`${line.origin}/account/card`);
    await kept(page);
    expect(await freshCode(page, { card })).not.toBeNull();

    await line.cut();
    const issued = await program.get(LostCards).report(card.id, staff);
    await page.reload();
    await page.getByText(offline).waitFor();
    await line.mend();
    await page.reload();
    await page.getByText(formatCardNumber(issued.card.number)).first().waitFor();
    expect(await freshCode(page, issued)).not.toBeNull();

    await page.goto(`${line.origin}/sign-out`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL(`${line.origin}/`);
    expect(await page.evaluate(() => caches.has('account:card-page'))).toBe(false);
    await line.cut();
    await expect(page.goto(`${line.origin}/account/card`)).rejects.toThrow();
    await context.close();
  }, 60_000);
});
