import { AxeBuilder } from '@axe-core/playwright';
import { Accounts } from '@carers/access';
import { Arrangements, CodePools, Settlements } from '@carers/chains';
import { Database } from '@carers/database';
import { Joining } from '@carers/businesses';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser as Chromium, BrowserContext, Page } from 'playwright-core';
import { Readable } from 'node:stream';
import { buildAssets } from '../../apps/cli/assets.mjs';
import { startTestApp, type TestApp } from '../support/app.js';
import { openBrowser } from '../support/browser.js';
import { decodeBars } from '../support/decoder.js';
import { Given, type GivenBusiness } from '../support/given.js';
import { Browser } from '../http/access-browser.js';
import { asChain, ean } from '../http/chains-support.js';

const staff = { kind: 'system', id: 'test' } as const;
const pictures = process.env['SHOTS'];

describe('a barcode for the tills of a chain', () => {
  let running: TestApp;
  let given: Given;
  let chromium: Chromium;
  let origin: string;
  let chain: GivenBusiness;
  let ann: Browser;
  let owner: Browser;

  beforeAll(async () => {
    await buildAssets();
    running = await startTestApp({ at: '2026-11-21T12:00:00Z' });
    given = new Given(running);
    await given.scheme();
    chain = await asChain(running, await given.business({ name: 'Hob and Harbour' }));
    const database = running.get(Database);
    const accountId = await database.transaction((tx) =>
      running.get(Accounts).ensure(tx, { email: 'ann@example.org', name: 'Ann' }),
    );
    await given.card({ firstName: 'Ann', accountId });
    const person = { email: 'olu@example.org', name: 'Olu Owner' };
    await database.transaction((tx) => running.get(Joining).addOwner(tx, chain.business.id, person, staff));
    [ann, owner] = [new Browser(running), new Browser(running)];
    await ann.signIn('ann@example.org');
    await owner.signIn('olu@example.org');
    await running.app.listen(0, '127.0.0.1');
    origin = await running.app.getUrl();
    chromium = await openBrowser();
  }, 180_000);
  afterAll(async () => {
    await chromium?.close();
    await running?.close();
  });

  async function tab(who: Browser, options: Parameters<Chromium['newContext']>[0] = {}): Promise<Page> {
    const context: BrowserContext = await chromium.newContext({ viewport: { width: 390, height: 844 }, ...options });
    const cookies = who.agent.jar.getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false });
    await context.addCookies(cookies.map(({ name, value }) => ({ name, value, url: origin })));
    return context.newPage();
  }

  const pool = async (codes: string[]) => {
    const offer = await given.offer(chain.business.id, { limits: { perCard: { count: 2, period: 'day' } } });
    const bytes = Readable.from([Buffer.from(codes.join('\n'))]);
    await running.get(CodePools).add(chain.business.id, offer.id, bytes, staff);
    return `${origin}/account/offers/${offer.id}/till-code`;
  };
  const shot = async (page: Page, name: string) => {
    if (!pictures) return;
    mkdirSync(pictures, { recursive: true });
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 844 });
      await page.screenshot({ path: join(pictures, `chains-${name}-${width}.png`), fullPage: true });
    }
  };
  const faults = async (page: Page) =>
    (await new AxeBuilder({ page }).setLegacyMode(true).analyze()).violations.map(
      ({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`,
    );

  it.each(['light', 'dark'] as const)('can be scanned from a phone, %s', async (colorScheme) => {
    const offer = await given.offer(chain.business.id);
    const number = ean(colorScheme === 'dark' ? 11 : 12);
    await running.get(Arrangements).useBarcode(chain.business.id, offer.id, number, staff);
    const page = await tab(ann, { colorScheme, deviceScaleFactor: 2 });
    await page.goto(`${origin}/account/offers/${offer.id}/till-code`);
    await shot(page, `static-${colorScheme}`);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await decodeBars(await page.screenshot(), 'EAN13')).toBe(number);
    expect(await faults(page)).toEqual([]);
    await page.context().close();
  });

  it('is asked for without JavaScript, and each of the longest codes can be scanned from a narrow phone', async () => {
    const long = 'CARERS-2026-ABCDEFGHIJKLMNOPQR';
    const address = await pool([long, ean(21)]);
    const page = await tab(ann, {
      javaScriptEnabled: false,
      deviceScaleFactor: 3,
      viewport: { width: 360, height: 780 },
    });
    await page.goto(address);
    await shot(page, 'ask');
    await page.setViewportSize({ width: 360, height: 780 });
    await page.getByRole('button', { name: 'Get my code' }).click();
    await page.getByRole('button', { name: 'Get another code' }).click();
    await shot(page, 'codes');
    await page.setViewportSize({ width: 360, height: 780 });
    const seen = await page.screenshot({ fullPage: true });
    expect(await decodeBars(seen, 'Code128')).toBe(long);
    expect(await decodeBars(seen, 'EAN13')).toBe(ean(21));
    await page.context().close();
  });

  it('that is there no more is told kindly', async () => {
    const address = await pool(['LAST-ONE']);
    const page = await tab(ann);
    await page.goto(address);
    await page.getByRole('button', { name: 'Get my code' }).click();
    await page.getByText('LAST-ONE').waitFor();
    running.clock.advance({ hours: 24 });
    await page.goto(address);
    await page.getByRole('heading', { name: 'All codes are taken at the moment' }).waitFor();
    await shot(page, 'empty');
    await page.context().close();
  });

  it('is set up, and a sales file sent, by the owner', async () => {
    const offer = await given.offer(chain.business.id);
    const page = await tab(owner);
    await page.goto(`${origin}/business/${chain.business.id}`);
    await shot(page, 'dashboard');
    await page.getByRole('link', { name: 'Open Barcodes for your tills' }).click();
    await shot(page, 'offers');
    await page.goto(`${origin}/business/${chain.business.id}/till-codes/${offer.id}`);
    const chosen = { name: 'codes.csv', mimeType: 'text/csv', buffer: Buffer.from('code\nUP-1\nUP-1\n=1\nUP-2\n') };
    await page.getByLabel('File of codes (CSV)').setInputFiles(chosen);
    await page.getByRole('button', { name: 'Check the file first' }).click();
    await page.getByText('2 codes can be added.').waitFor();
    await shot(page, 'codes-checked');
    await page.getByLabel('File of codes (CSV)').setInputFiles(chosen);
    await page.getByRole('button', { name: 'Add the codes' }).click();
    await page.getByText('2 codes were added.').waitFor();
    await page.getByLabel('Barcode number (EAN-13)').fill(ean(31));
    await page.getByRole('button', { name: 'Use this barcode' }).click();
    await page.getByText('Carers now see this barcode').waitFor();
    await shot(page, 'offer');

    await page.goto(`${origin}/business/${chain.business.id}/settlements`);
    await page.getByLabel('Sales file (CSV)').setInputFiles({
      ...{ name: 'week 47.csv', mimeType: 'text/csv' },
      buffer: Buffer.from(
        `code,store,date,reference,amount\n${ean(31)},Poole,20/11/2026,W1,£4.00\nX,Poole,20/11/2026,W2,£4.00\n`,
      ),
    });
    await shot(page, 'settlements');
    await page.getByRole('button', { name: 'Count the uses' }).click();
    await page.getByRole('heading', { name: 'What did not match' }).waitFor();
    expect(await page.locator('dd').first().innerText()).toBe('2');
    await shot(page, 'settlement');
    expect(await faults(page)).toEqual([]);
    const [file] = await running.get(Settlements).ofBusiness(chain.business.id);
    expect(file).toMatchObject({ fileName: 'week 47.csv', dryRun: false, report: { counted: 1, unmatched: 1 } });
    await page.context().close();
  });
});
