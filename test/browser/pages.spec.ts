import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { buildAssets } from '../../apps/cli/assets.mjs';
import { bringAxe, violationsOf, wcag } from '../support/axe.js';
import { openBrowser } from '../support/browser.js';
import { type Visitor, visitors, wholeWorld, type WholeWorld } from '../http/whole-world.js';

let world: WholeWorld;
let chromium: Browser;
let origin: string;

beforeAll(async () => {
  await buildAssets();
  world = await wholeWorld();
  await world.program.app.listen(0, '127.0.0.1');
  origin = await world.program.app.getUrl();
  chromium = await openBrowser();
}, 180_000);
afterAll(async () => {
  await chromium?.close();
  await world?.program.close();
});

/** Where pictures go when somebody wants to look at them: `SHOTS=/some/folder npm test -- test/browser/pages`. */
const pictures = process.env['SHOTS'];
/** Not pages: files, data, and the description of the API for programmers. */
const noPage =
  /^\/assets|\.(?:csv|pdf|png|svg|txt|xml|json|js|jwt|webmanifest)$|^\/(?:api|health|sitemaps)\/|^\/brand-mark|\/(?:documents|statements|files)\/:\w+$|\/pictures\/:number$|^\/bulletins\/:slug\/:file$|\/email\.html$/;

/** A phone, where axe looks too, and a desk. */
const widths = [390, 1280];
const height = 844;

/** What somebody would not be able to read, reach or see on a page, and what the browser itself complains about. */
async function faultsOf(page: Page, picture: string | undefined): Promise<string[]> {
  const faults: string[] = [];
  const violations = await violationsOf(page, wcag);
  faults.push(...violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160)}`));
  for (const width of widths) {
    await page.setViewportSize({ width, height });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wider > 0) faults.push(`sticks out by ${wider} px of ${width}`);
    if (picture) await page.screenshot({ path: picture.replace('WIDTH', String(width)), fullPage: true });
  }
  await page.setViewportSize({ width: widths[0]!, height });
  return faults;
}

/** A browser of Chromium with the cookies that one of the world's people holds. */
async function browserOf(who: Visitor): Promise<BrowserContext> {
  const context = await chromium.newContext({ viewport: { width: widths[0]!, height } });
  const cookies = world.visitors[who].agent.jar.getCookies({
    domain: '127.0.0.1',
    path: '/',
    secure: false,
    script: false,
  });
  await bringAxe(context);
  await context.addCookies(cookies.map(({ name, value }) => ({ name, value, url: origin })));
  return context;
}

/** Pages that somebody has looked at: what is the same for all is looked at once. */
const done = new Set<string>();

describe('every page there is', () => {
  beforeAll(() => {
    if (pictures) mkdirSync(pictures, { recursive: true });
  });

  it.each(visitors)(
    'can be read and used on a phone and at a desk: %s',
    async (as) => {
      const faults: string[] = [];
      const complaints: string[] = [];
      const page = await (await browserOf(as)).newPage();
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(String(error)));
      for (const { url, path } of stopsOf(as)) {
        const name = `${as} ${url} ${path.split('/').at(-1)!.slice(0, 30)}`;
        const answer = await page.goto(origin + path).catch((failure) => void faults.push(`${name}: ${failure}`));
        if (!answer || done.has(page.url())) continue;
        done.add(page.url());
        const file = `WIDTH-${String(done.size).padStart(3, '0')}-${name.replace(/\W+/g, '_')}.png`;
        const found = await faultsOf(page, pictures && join(pictures, file));
        // The console lists a page that is not there as a failed request, which is what the test asked for.
        const heard = complaints.splice(0).filter((each) => answer.ok() || !each.includes('Failed to load resource'));
        faults.push(...[...found, ...heard].map((fault) => `${name}: ${fault}`));
      }
      await page.context().close();
      expect(faults).toEqual([]);
    },
    400_000,
  );

  it('was looked at', () => {
    expect(done.size).toBeGreaterThan(80);
  });
});

function stopsOf(who: Visitor): { url: string; path: string }[] {
  return world.program.routes
    .filter(({ method, url }) => method === 'GET' && !noPage.test(url))
    .flatMap(({ url }) => world.stops(url).map((stop) => ({ ...stop, url })))
    .filter(({ as }) => as === who);
}
