import { page, type PageResult, Public } from '@carers/pages';
import { Controller, Get, Param, Res, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { BulletinPictures } from '../bulletin-pictures.js';
import { PublicBulletins } from '../public-bulletins.js';
import { webHtml } from './web-look.js';

/** A bulletin that was sent, for everybody who has its address: text messages point here. Nothing of a person is on it. */
@ApiExcludeController()
@Controller('bulletins/:slug')
@Public()
export class PublicBulletinPages {
  constructor(
    private readonly bulletins: PublicBulletins,
    private readonly pictures: BulletinPictures,
  ) {}

  @Get()
  async show(@Param('slug') slug: string): Promise<PageResult> {
    const { bulletin, frozen } = await this.bulletins.find(slug);
    const { composed, locale } = frozen.copyFor({ locale: 'en-GB', format: 'standard' });
    const { words, service } = frozen.emailFrame(locale);
    const nobody = {
      firstName: words.t('bulletins:public.nobody'),
      name: words.t('bulletins:public.nobody'),
      preferenceUrl: `${frozen.content.publicUrl}/preferences/code`,
      locale,
      format: 'standard' as const,
    };
    const here = `/bulletins/${bulletin.slug}`;
    const html = webHtml(composed, nobody, { words, pictures: `${here}/pictures`, calendars: here });
    return page(
      'bulletins/public',
      { title: bulletin.title, html, service, locale, dir: composed.dir },
      { publicFor: 300 },
    );
  }

  @Get('pictures/:number')
  async picture(
    @Param('slug') slug: string,
    @Param('number') number: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { bulletin } = await this.bulletins.find(slug);
    // Mail programs on the web show it inside pages of their own.
    void reply
      .header('cache-control', 'public, max-age=86400, immutable')
      .header('cross-origin-resource-policy', 'cross-origin');
    return new StreamableFile(await this.pictures.bytes(bulletin, Number(number)), { type: 'image/jpeg' });
  }

  @Get(':file')
  async calendar(@Param('slug') slug: string, @Param('file') name: string): Promise<StreamableFile> {
    const file = await this.bulletins.calendar(slug, name);
    return new StreamableFile(file.bytes, {
      type: 'text/calendar; charset=utf-8',
      disposition: `attachment; filename="${file.name}"`,
    });
  }
}
