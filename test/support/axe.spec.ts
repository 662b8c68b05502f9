import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { violationsOf, wcag } from './axe.js';
import { openBrowser } from './browser.js';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
}, 120_000);
afterAll(() => browser.close());

it('finds what is wrong, in frames too, and nothing where all is well', async () => {
  const page = await browser.newPage();
  const shell = (body: string) =>
    `<!doctype html><html lang="en"><title>A</title><main><h1>A</h1>${body}</main></html>`;
  await page.setContent(shell('<p>Fine</p>'));
  expect(await violationsOf(page, wcag)).toEqual([]);
  const frame = shell('<img src="data:,">').replaceAll('"', '&quot;');
  await page.setContent(shell(`<p style="color:#ccc">Pale</p><iframe title="B" srcdoc="${frame}"></iframe>`));
  await page.waitForLoadState('load');
  const found = await violationsOf(page, wcag);
  expect(found.map(({ id }) => id)).toEqual(expect.arrayContaining(['color-contrast', 'image-alt']));
  expect(found.find(({ id }) => id === 'image-alt')!.nodes).toEqual([
    { html: '<img src="data:,">', target: 'iframe img' },
  ]);
  expect((await violationsOf(page, ['wcag2a'])).map(({ id }) => id)).not.toContain('color-contrast');
  expect((await violationsOf(page)).map(({ id }) => id)).toContain('color-contrast');
}, 60_000);
