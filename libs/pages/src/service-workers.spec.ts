import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Settings, SettingsModule } from '@carers/settings';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import supertest from 'supertest';
import { Assets } from './assets.js';
import { demoBrand } from './brand.js';
import { configureHttp, createHttpAdapter } from './http.js';
import { DemoBrandModule, PagesWebModule } from './pages.module.js';
import { Public } from './public.decorator.js';
import { ServiceWorkers } from './service-workers.js';
import { brandIcon, brandIconPng, iconSides, webManifest } from './web-manifest.js';

@Public()
@Controller()
class WorkerPages {
  constructor(private readonly workers: ServiceWorkers) {}

  @Get('shop-worker.js')
  shop(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): string {
    return this.workers.answer('shop-worker.js', ['app.css', 'shop.js'], request, reply);
  }

  @Get('none-worker.js')
  none(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): string {
    return this.workers.answer('none-worker.js', [], request, reply);
  }
}

@Module({ imports: [PagesWebModule, DemoBrandModule], controllers: [WorkerPages] })
class WorkerModule {}

describe('a service worker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'workers-'));
  let app: NestFastifyApplication;

  /** Builds the files that it keeps, the style sheet as of a certain build. */
  function build(css: string): void {
    const names = { 'app.css': `app.${css}.css`, 'shop.js': 'shop.1.js', 'shop-worker.js': 'shop-worker.1.js' };
    writeFileSync(join(folder, 'shop-worker.1.js'), 'addEventListener("fetch",()=>{})');
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(names));
  }

  async function start(): Promise<NestFastifyApplication> {
    const settings = new Settings({
      production: true,
      publicUrl: 'http://127.0.0.1:3000',
      trustedProxies: [],
      defaultLocale: 'en-GB',
    } as unknown as Settings);
    const module = { module: WorkerModule, imports: [SettingsModule.with(settings)] };
    const started = await NestFactory.create<NestFastifyApplication>(module, createHttpAdapter(settings), {
      logger: false,
    });
    Object.assign(started.get(Assets), new Assets(folder));
    await configureHttp(started, settings);
    await started.init();
    await started.getHttpAdapter().getInstance().ready();
    return started;
  }

  beforeAll(async () => {
    build('1');
    app = await start();
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  it('knows the present addresses of what it keeps, and is asked for each time', async () => {
    const answer = await supertest(app.getHttpServer()).get('/shop-worker.js').expect(200);
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-cache');
    expect(answer.text).toMatch(
      /^self\.built={"version":"[0-9a-f]{16}","assets":\["\/assets\/app\.1\.css","\/assets\/shop\.1\.js"\]};\naddEventListener/,
    );
    await supertest(app.getHttpServer())
      .get('/shop-worker.js')
      .set('if-none-match', answer.headers['etag'] as string)
      .expect(304, '');
  });

  it('is another one when something that it keeps is another one', async () => {
    const before = await supertest(app.getHttpServer()).get('/shop-worker.js');
    build('2');
    const later = await start();
    const after = await supertest(later.getHttpServer()).get('/shop-worker.js');
    await later.close();
    expect(after.headers['etag']).not.toBe(before.headers['etag']);
    expect(after.text).toContain('/assets/app.2.css');
  });

  it('that was not built is not found', async () => {
    await supertest(app.getHttpServer()).get('/none-worker.js').expect(404);
  });
});

describe('an installable page', () => {
  it('has the scheme’s colours and mark', () => {
    const page = {
      name: 'Till',
      shortName: 'Till',
      startUrl: '/till',
      scope: '/till',
      locale: 'cy',
      dir: 'ltr',
    } as const;
    expect(JSON.parse(webManifest(demoBrand, page))).toMatchObject({
      id: '/till',
      start_url: '/till',
      scope: '/till',
      lang: 'cy',
      display: 'standalone',
      theme_color: demoBrand.colours.seaDeep,
    });
    const { icons } = JSON.parse(webManifest(demoBrand, page)) as { icons: Record<'sizes' | 'purpose', string>[] };
    for (const purpose of ['any', 'maskable'])
      expect(icons.filter((icon) => icon.purpose === purpose).map(({ sizes }) => sizes)).toEqual([
        'any',
        '192x192',
        '512x512',
      ]);
  });

  it.each(iconSides)('has an icon for telephones that draw no SVG, %i pixels wide', async (side) => {
    const { info, data } = await sharp(await brandIconPng(demoBrand, side))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([side, side, 3]);
    const at = (x: number, y: number) => [...data.subarray((y * side + x) * 3, (y * side + x) * 3 + 3)];
    const ground = [0x08, 0x3f, 0x48];
    const last = side - 1;
    for (const [x, y] of [
      [0, 0],
      [last, 0],
      [0, last],
      [last, last],
    ] as const)
      expect(at(x, y)).toEqual(ground);
    // All of the mark lies in the circle that no telephone cuts off: four fifths of the side.
    const outside = Array.from({ length: side * side }, (_, place) => [place % side, Math.floor(place / side)] as const)
      .filter(([x, y]) => Math.hypot(x - last / 2, y - last / 2) > side * 0.4)
      .filter(([x, y]) => at(x, y).some((value, channel) => Math.abs(value - ground[channel]!) > 8));
    expect(outside).toEqual([]);
    expect(at(side / 2, Math.round(side * 0.4))).not.toEqual(ground);
  });

  it('has an icon whose mark stays whole when its edges are cut off', () => {
    const icon = brandIcon(demoBrand);
    expect(icon).toContain(`fill="${demoBrand.colours.seaDeep}" d="M0 0h512v512H0z"`);
    expect(icon).toMatch(
      /<svg x="112" y="112" width="288" height="288" color="#ffffff" viewBox="0 0 32 32" aria-hidden/,
    );
    expect(icon.match(/<svg/g)).toHaveLength(icon.match(/<\/svg>/g)!.length);
  });
});
