import { Accounts, For, Who } from '@carers/access';
import { check } from '@carers/composer';
import { scopeOf } from '@carers/information-service';
import {
  page,
  type PageModel,
  PageRenderer,
  type PageResult,
  readForm,
  redirect,
  type RedirectResult,
} from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { BulletinPictures } from '../bulletin-pictures.js';
import { BulletinSources } from '../bulletin-sources.js';
import { editions } from '../bulletin-version.entity.js';
import { Bulletins } from '../bulletins.js';
import { newTextForm } from './writing.forms.js';
import { base, languageName, lineView, remarkView, serviceNames, textView } from './writing.presenter.js';

/** One bulletin: its texts, what is wrong with them, and what can be done with it. */
@ApiExcludeController()
@Controller('staff/information-service/bulletins/:id')
@For('carers_service_officer', 'administrator')
export class BulletinPages {
  constructor(
    private readonly bulletins: Bulletins,
    private readonly pictures: BulletinPictures,
    private readonly sources: BulletinSources,
    private readonly schemes: SchemeService,
    private readonly accounts: Accounts,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  async show(@Who() who: Who, @Param('id') id: string, @Req() request: FastifyRequest): Promise<PageResult> {
    return this.overview(who, id, request);
  }

  /** Begins a text in another language or form, with the words of the first one to work from. */
  @Post('texts')
  async addText(
    @Who() who: Who,
    @Param('id') id: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<PageResult | RedirectResult> {
    const read = await readForm(newTextForm, body);
    const { locales } = await this.schemes.current();
    if (read.errors) return this.overview(who, id, request, read);
    const { locale, edition } = read.value;
    if (!locales.includes(locale) && locale !== 'en-GB')
      return this.overview(who, id, request, {
        form: read.form,
        errors: [{ field: 'locale', message: 'bulletins:errors.language-missing' }],
      });
    const bulletin = await this.bulletins.one(id, scopeOf(who));
    const [first] = await this.bulletins.versions(bulletin);
    const { title, markdown, shortText } = first!;
    const text = { locale, edition, title, markdown, shortText, revision: 0 };
    await this.bulletins.save(id, text, scopeOf(who), who.actor());
    return redirect(`${base}/${id}/texts/${locale}/${edition}`);
  }

  @Post('delete')
  async delete(@Who() who: Who, @Param('id') id: string): Promise<RedirectResult> {
    await this.bulletins.delete(id, scopeOf(who), who.actor());
    return redirect(base, 303, { notice: 'bulletins:staff.deleted' });
  }

  private async overview(who: Who, id: string, request: FastifyRequest, typed: PageModel = {}): Promise<PageResult> {
    const bulletin = await this.bulletins.one(id, scopeOf(who));
    const [versions, pictures, scheme, contact] = await Promise.all([
      this.bulletins.versions(bulletin),
      this.pictures.of(bulletin),
      this.schemes.current(),
      this.accounts.contactOf(who.accountId),
    ]);
    const [withBytes, offers] = await Promise.all([
      this.sources.pictures(bulletin),
      this.sources.offers(versions.map(({ markdown }) => markdown)),
    ]);
    const texts = versions.map((version) => {
      const source = this.sources.source(bulletin, { ...version, writtenAt: version.updatedAt }, withBytes, offers);
      const { faults, notices } = check(source);
      return { ...textView(version), faults: faults.map(remarkView), notices: notices.map(remarkView) };
    });
    const words = this.renderer.wordsFor(request);
    return page('bulletins/staff/writing/bulletin', {
      id,
      bulletin: lineView(bulletin, serviceNames(scheme)),
      purpose: bulletin.purpose,
      open: bulletin.isOpen,
      publicPath: bulletin.isPublic ? `/bulletins/${bulletin.slug}` : null,
      texts,
      sendable: texts.every(({ faults }) => faults.length === 0),
      easyRead: versions.some(({ edition }) => edition === 'easy_read'),
      pictures: pictures.length,
      languages: [...new Set(['en-GB', ...scheme.locales])].map((value) => ({
        value,
        text: words.t('bulletins:language', { name: languageName(value) }),
      })),
      editions: [...editions],
      canTest: { email: contact.email !== null, text: contact.mobile !== null },
      ...typed,
    });
  }
}
