import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openBrowser } from './browser.js';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
}, 120_000);
afterAll(() => browser.close());

it('draws a page with letters of its own font, and stays up when the page closes', async () => {
  const widths: number[] = [];
  for (const text of ['', 'Carers Card']) {
    const page = await browser.newPage({ viewport: { width: 390, height: 200 } });
    await page.goto(`data:text/html,<span id=a style="font: 24px Open Sans">${text}</span>`);
    widths.push((await page.locator('#a').boundingBox())?.width ?? -1);
    expect((await page.screenshot()).length).toBeGreaterThan(100);
    await page.close();
  }
  expect(widths[0]).toBe(0);
  expect(widths[1]).toBeGreaterThan(100);
});
