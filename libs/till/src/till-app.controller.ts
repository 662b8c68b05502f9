import { BrandSource, dirOf, PageRenderer, Public, ServiceWorkers, webManifest } from '@carers/pages';
import { Controller, Get, Header, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** What the till's page is made of, so that it opens without a connection. */
const parts = [
  'app.css',
  'till.css',
  'app.js',
  'till.js',
  'qr-reader.js',
  'zxing_reader.wasm',
  'atkinson-400.woff2',
  'atkinson-400-ext.woff2',
  'atkinson-700.woff2',
  'atkinson-700-ext.woff2',
];

/** What makes the till's page an app that can be put on a phone. */
@Public()
@ApiExcludeController()
@Controller()
export class TillAppController {
  constructor(
    private readonly workers: ServiceWorkers,
    private readonly brands: BrandSource,
    private readonly renderer: PageRenderer,
  ) {}

  @Get('till-worker.js')
  worker(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): string {
    return this.workers.answer('till-worker.js', parts, request, reply);
  }

  @Get('till.webmanifest')
  @Header('content-type', 'application/manifest+json')
  @Header('x-robots-tag', 'noindex')
  async manifest(@Req() request: FastifyRequest): Promise<string> {
    const brand = await this.brands.current();
    const words = this.renderer.wordsFor(request);
    return webManifest(brand, {
      name: words.t('till:page.app-name', { scheme: brand.name }),
      shortName: words.t('till:page.title'),
      startUrl: '/till',
      scope: '/till',
      locale: words.locale,
      dir: dirOf(words.locale),
    });
  }
}
