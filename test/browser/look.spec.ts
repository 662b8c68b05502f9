import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Settings, SettingsModule } from '@carers/settings';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { buildAssets } from '../../apps/cli/assets.mjs';
import { violationsOf } from '../support/axe.js';
import { openBrowser } from '../support/browser.js';
import { configureHttp, createHttpAdapter, DemoBrandModule, page, PagesOptions, PagesWebModule } from '@carers/pages';

const wrong = 'pages:errors.check-answer';

@Controller()
class SamplePages {
  @Get('look')
  look() {
    const row = { key: { text: 'Name' }, value: { text: 'Ann' }, actions: { items: [{ href: '#', text: 'Change' }] } };
    return page('pages/samples/look', { figures: [{ label: 'Cards', value: '7,012' }], rows: [row] });
  }

  @Get('form')
  form() {
    const errors = ['name', 'role', 'born'].map((field) => ({ field, message: wrong }));
    return page('pages/samples/form', { form: { name: 'Ann' }, errors }, { status: 200 });
  }
}

@Module({ controllers: [SamplePages] })
class SampleModule {}

describe('the look', () => {
  let app: NestFastifyApplication;
  let browser: Browser;
  let origin: string;
  const folder = mkdtempSync(join(tmpdir(), 'look-'));

  beforeAll(async () => {
    await buildAssets({ out: join(folder, 'public') });
    const settings = new Settings({
      production: true,
      publicUrl: 'http://127.0.0.1',
      trustedProxies: [],
      defaultLocale: 'en-GB',
    } as unknown as Settings);
    const module = await Test.createTestingModule({
      imports: [SettingsModule.with(settings), PagesWebModule, DemoBrandModule, SampleModule],
    })
      .overrideProvider(PagesOptions)
      .useValue(Object.assign(new PagesOptions(), { assetsFolder: join(folder, 'public') }))
      .compile();
    app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(settings), { logger: false });
    await configureHttp(app, settings);
    await app.listen(0, '127.0.0.1');
    origin = await app.getUrl();
    browser = await openBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(path: string, colorScheme: 'light' | 'dark', width: number, work: (page: Page) => Promise<void>) {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } });
    const tab = await context.newPage();
    const complaints: string[] = [];
    tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    tab.on('pageerror', (error) => complaints.push(String(error)));
    await tab.goto(origin + path);
    await work(tab);
    await context.close();
    expect(complaints).toEqual([]);
  }

  it.each([
    ['/look', 'light'],
    ['/look', 'dark'],
    ['/form', 'light'],
    ['/form', 'dark'],
    ['/cookies', 'light'],
  ] as const)(
    'of %s in %s colours is accessible and keeps to its own policy',
    async (path, colours) => {
      await open(path, colours, 390, async (tab) => {
        const violations = await violationsOf(tab);
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`)).toEqual([]);
      });
    },
    60_000,
  );

  it.each(['/look', '/form', '/privacy'])(
    'of %s fits a window 320 px wide',
    async (path) => {
      await open(path, 'light', 320, async (tab) => {
        const tooWide = await tab.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(tooWide).toBeLessThanOrEqual(0);
      });
    },
    60_000,
  );

  it('moves to the errors, and from each to its field', async () => {
    await open('/form', 'light', 390, async (tab) => {
      const focused = () => tab.evaluate(() => document.activeElement?.className ?? '');
      await tab.waitForFunction(() => document.activeElement?.className === 'govuk-error-summary');
      await tab.click('.govuk-error-summary a[href="#born"]');
      expect(await focused()).toContain('govuk-date-input__input');
    });
  }, 60_000);
});
