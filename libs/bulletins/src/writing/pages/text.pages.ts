import { Accounts, For, Who } from '@carers/access';
import { check, standardFields } from '@carers/composer';
import { scopeOf } from '@carers/information-service';
import { page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { ListedOffers, wordsOf } from '@carers/offers';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { BulletinPictures } from '../bulletin-pictures.js';
import { BulletinSources } from '../bulletin-sources.js';
import { BulletinVersion, type Edition, editions } from '../bulletin-version.entity.js';
import type { Bulletin } from '../bulletin.entity.js';
import { BulletinNotFound, BulletinNotOpen } from '../bulletins.problems.js';
import { Bulletins } from '../bulletins.js';
import { textForm } from './writing.forms.js';
import { base, remarkView, textView } from './writing.presenter.js';

/** Most offers of a search: it is there to find one that somebody has in mind. */
const mostFound = 8;

/** The page on which a text is written. Whatever is pressed saves it first. */
@ApiExcludeController()
@Controller('staff/information-service/bulletins/:id/texts/:locale/:edition')
@For('carers_service_officer', 'administrator')
export class TextPages {
  constructor(
    private readonly bulletins: Bulletins,
    private readonly pictures: BulletinPictures,
    private readonly sources: BulletinSources,
    private readonly offers: ListedOffers,
    private readonly accounts: Accounts,
  ) {}

  @Get()
  async show(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('locale') locale: string,
    @Param('edition') edition: string,
    @Query('find') find?: unknown,
  ): Promise<PageResult> {
    const { bulletin, version } = await this.versionOf(who, id, locale, edition);
    if (!bulletin.isOpen) throw new BulletinNotOpen();
    return this.editor(bulletin, version, {}, typeof find === 'string' ? find.slice(0, 100).trim() : '');
  }

  @Post()
  async save(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('locale') locale: string,
    @Param('edition') edition: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const { bulletin, version } = await this.versionOf(who, id, locale, edition);
    const read = await readForm(textForm, body);
    if (read.errors) return this.editor(bulletin, version, read);
    const { title, shortText, revision, action = '', find } = read.value;
    const offer = /^offer:([0-9a-f-]{36})$/.exec(action)?.[1];
    const markdown = [read.value.markdown ?? '', ...(offer ? [`::offer{${offer}}`] : [])].filter(Boolean).join('\n\n');
    const text = { locale, edition: version.edition, title, markdown, shortText, revision };
    const outcome = await this.bulletins.save(id, text, scopeOf(who), who.actor());
    if ('meanwhile' in outcome) return this.clash(bulletin, outcome.meanwhile, { ...read.form, markdown });
    const here = `${base}/${id}/texts/${locale}/${edition}`;
    if (action === 'find') return redirect(`${here}?${new URLSearchParams({ find: find ?? '' }).toString()}#offers`);
    if (action === 'preview') return redirect(`${base}/${id}/preview`);
    return redirect(here, 303, { notice: offer ? 'bulletins:text.offer-added' : 'bulletins:text.saved' });
  }

  @Post('remove')
  async remove(
    @Who() who: Who,
    @Param('id') id: string,
    @Param('locale') locale: string,
    @Param('edition') edition: string,
  ): Promise<RedirectResult> {
    const which = { locale, edition: editionOf(edition) };
    await this.bulletins.drop(id, which, scopeOf(who), who.actor());
    return redirect(`${base}/${id}`, 303, { notice: 'bulletins:text.removed' });
  }

  private async versionOf(who: Who, id: string, locale: string, edition: string) {
    const bulletin = await this.bulletins.one(id, scopeOf(who));
    const versions = await this.bulletins.versions(bulletin);
    const wanted = editionOf(edition);
    const version = versions.find((each) => each.locale === locale && each.edition === wanted);
    if (!version) throw new BulletinNotFound();
    return { bulletin, version };
  }

  /** Two wrote at once: both texts, and saving again is a decision. */
  private async clash(bulletin: Bulletin, theirs: BulletinVersion, form: Record<string, unknown>): Promise<PageResult> {
    const { name } = await this.accounts.contactOf(theirs.updatedBy);
    const { title, markdown, shortText, updatedAt } = theirs;
    return this.editor(bulletin, theirs, {
      form: { ...form, revision: theirs.revision },
      theirs: { name, title, markdown, shortText, updatedAt },
      errors: [{ field: 'markdown', message: 'bulletins:errors.written-meanwhile' }],
    });
  }

  private async editor(
    bulletin: Bulletin,
    version: BulletinVersion,
    typed: PageModel = {},
    find = '',
  ): Promise<PageResult> {
    const [pictures, withBytes, listed, found] = await Promise.all([
      this.pictures.of(bulletin),
      this.sources.pictures(bulletin),
      this.sources.offers([version.markdown]),
      find ? this.offers.search(wordsOf(find), mostFound) : [],
    ]);
    const source = this.sources.source(bulletin, { ...version, writtenAt: version.updatedAt }, withBytes, listed);
    const { faults, notices } = check(source);
    const { title, markdown, shortText, revision } = version;
    return page('bulletins/staff/writing/text', {
      id: bulletin.id,
      text: textView(version),
      faults: faults.map(remarkView),
      notices: notices.map(remarkView),
      pictures: pictures.map(({ number, alt }) => ({ number, alt, code: `![](picture:${number})` })),
      fields: standardFields.map((field) => ({ code: `{{${field}}}`, key: `bulletins:fields.${field}` })),
      find,
      found: found.map(({ id, line, where }) => ({ id, title: line.title, business: line.business.name, where })),
      ...typed,
      form: { title, markdown, shortText, revision, find, ...typed.form },
    });
  }
}

function editionOf(typed: string): Edition {
  const edition = editions.find((each) => each === typed);
  if (!edition) throw new BulletinNotFound();
  return edition;
}
