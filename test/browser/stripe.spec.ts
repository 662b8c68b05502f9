import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Invoice } from '@carers/payments';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { buildAssets } from '../../apps/cli/assets.mjs';
import { stripeWorld, type StripeWorld } from '../http/stripe-support.js';
import { violationsOf, wcag } from '../support/axe.js';
import { openBrowser } from '../support/browser.js';

/** Where pictures go when somebody wants to look at them. */
const pictures = process.env['PICTURES'];

let world: StripeWorld;
let chromium: Browser;
let origin: string;
let shot = 0;

beforeAll(async () => {
  await buildAssets();
  world = await stripeWorld({ listens: true });
  origin = world.origin;
  chromium = await openBrowser();
}, 180_000);
afterAll(async () => {
  await chromium?.close();
  await world?.close();
});

async function asOwner(options: { javaScriptEnabled?: boolean } = {}): Promise<BrowserContext> {
  const context = await chromium.newContext({ viewport: { width: 390, height: 844 }, ...options });
  const jar = world.owner.agent.jar;
  const cookies = jar.getCookies({ domain: '127.0.0.1', path: '/', secure: false, script: false });
  await context.addCookies(cookies.map(({ name, value }) => ({ name, value, url: origin })));
  return context;
}

async function look(page: Page): Promise<void> {
  if (pictures) await page.screenshot({ path: `${pictures}/stripe-${++shot}.png`, fullPage: true });
  const violations = await violationsOf(page, wcag);
  expect(violations.map(({ id, nodes }) => [page.url(), id, nodes[0]?.html])).toEqual([]);
}

describe('an owner in Chromium', () => {
  const pay = (invoice: Invoice) => `${origin}/business/${world.businessId}/payments/${invoice.id}/pay`;

  it('presses the button, pays on Stripe’s page, comes back, and is told once the money is there', async () => {
    const invoice = await world.invoice();
    const context = await asOwner();
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.goto(pay(invoice));
    await look(page);
    await page.getByRole('button', { name: 'Pay by card or Direct Debit' }).click();
    // Not a redirect of the form, which the policy would stop: a page that leads on.
    await page.waitForURL(/\/c\/pay\/cs_/);
    expect(await page.title()).toBe('Pay £174.00');
    await page.getByRole('button', { name: 'Pay by card', exact: true }).click();
    await page.waitForURL(/\/returned$/);
    await page.getByRole('heading', { name: 'We are checking your payment' }).waitFor();
    await look(page);
    await world.hear();
    await page.getByRole('heading', { name: 'Payment received' }).waitFor({ timeout: 15_000 });
    await look(page);
    expect(await world.now(invoice)).toMatchObject({ state: 'paid' });
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('does the same without scripts, and goes back from Stripe’s page without paying', async () => {
    const invoice = await world.invoice();
    const context = await asOwner({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(pay(invoice));
    await page.getByRole('button', { name: 'Pay by card or Direct Debit' }).click();
    await page.waitForURL(/\/c\/pay\/cs_/);
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.waitForURL(new RegExp(`${invoice.id}$`));
    await page.goto(pay(invoice));
    await page.getByRole('button', { name: 'Pay by card or Direct Debit' }).click();
    await page.waitForURL(/\/c\/pay\/cs_/);
    await page.getByRole('button', { name: 'Pay by Direct Debit' }).click();
    await page.waitForURL(/\/returned$/);
    await world.hear();
    await page.waitForURL(/look=\d/, { timeout: 15_000 });
    await page.getByRole('heading', { name: 'Your payment is on its way' }).waitFor();
    await context.close();
  }, 60_000);
});
