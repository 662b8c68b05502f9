import { For, Who } from '@carers/access';
import { CompositionFaults } from '@carers/composer';
import { scopeOf } from '@carers/information-service';
import { page, type PageResult, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { BulletinContents } from '../bulletin-contents.js';
import type { Bulletin } from '../bulletin.entity.js';
import { Bulletins } from '../bulletins.js';
import type { FrozenBulletin } from '../frozen-bulletin.js';
import { PreviewPeople } from '../preview-people.js';
import { type Preview, Previews } from '../previews.js';
import { samplePeople } from '../sample-people.js';
import { TestCopies } from '../test-copies.js';
import { mailPolicy } from './mail-policy.js';
import { webHtml } from './web-look.js';
import { base, languageName, remarkView } from './writing.presenter.js';

type Query_ = Record<string, unknown>;

/** A bulletin as somebody would get it, by every channel, and a copy to oneself. */
@ApiExcludeController()
@Controller('staff/information-service/bulletins/:id')
@For('carers_service_officer', 'administrator')
export class PreviewPages {
  constructor(
    private readonly bulletins: Bulletins,
    private readonly contents: BulletinContents,
    private readonly previews: Previews,
    private readonly people: PreviewPeople,
    private readonly tests: TestCopies,
  ) {}

  @Get('preview')
  async show(@Who() who: Who, @Param('id') id: string, @Query() query: Query_): Promise<PageResult> {
    const bulletin = await this.bulletins.one(id, scopeOf(who));
    const whom = Previews.askedFor(query);
    const name = nameIn(query['name']);
    const found = name ? await this.people.named(bulletin, name, who.actor()) : null;
    const common = {
      id,
      form: { subscriber: name },
      found: found && {
        more: found.more,
        people: found.people.map((each) => ({
          ...each,
          href: `${base}/${id}/preview?subscriber=${each.subscriberId}`,
        })),
      },
      title: bulletin.title,
      people: samplePeople.map((person) => ({
        person,
        chosen: 'sample' in whom && whom.sample === person,
        href: `${base}/${id}/preview?person=${person}`,
      })),
      real: 'subscriberId' in whom || found !== null,
      query: 'sample' in whom ? `person=${whom.sample}` : `subscriber=${whom.subscriberId}`,
      samples: samplePeople.map((value) => ({ value })),
      sample: 'sample' in whom ? whom.sample : 'standard',
    };
    try {
      const written = await this.contents.asWritten(bulletin);
      const preview = await this.previews.of(written, whom, scopeOf(who), who.actor());
      return page('bulletins/staff/writing/preview', { ...common, ...(await this.view(bulletin, written, preview)) });
    } catch (problem) {
      if (!(problem instanceof CompositionFaults)) throw problem;
      return page('bulletins/staff/writing/preview', { ...common, faults: problem.faults.map(remarkView) });
    }
  }

  /** A real person of the list, by name or by the address of their page: looking is written down. */
  @Post('preview')
  async choose(@Who() who: Who, @Param('id') id: string, @Body() body: Query_): Promise<RedirectResult> {
    await this.bulletins.one(id, scopeOf(who));
    const typed = typeof body['subscriber'] === 'string' ? body['subscriber'] : '';
    const found = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i.exec(typed)?.[0];
    const name = nameIn(typed);
    if (!found && !name) return redirect(`${base}/${id}/preview`, 303, { notice: 'bulletins:preview.nobody' });
    if (!found) return redirect(`${base}/${id}/preview?${new URLSearchParams({ name }).toString()}`);
    return redirect(`${base}/${id}/preview?subscriber=${found.toLowerCase()}`);
  }

  /** The e-mail as a mail program gets it. Its styles stand in each element: only this page's policy lets them. */
  @Get('preview/email.html')
  async email(
    @Who() who: Who,
    @Param('id') id: string,
    @Query() query: Query_,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { preview } = await this.made(who, id, query);
    // In the sandbox it is of another origin than our pictures, so they come with it as they do in a mail.
    const html = preview.attachments.reduce(
      (text, { contentId, type, bytes }) =>
        contentId ? text.replaceAll(`cid:${contentId}`, `data:${type};base64,${bytes.toString('base64')}`) : text,
      preview.email.html,
    );
    void reply.header('content-security-policy', mailPolicy(html));
    return new StreamableFile(Buffer.from(html), { type: 'text/html; charset=utf-8' });
  }

  @Get('preview/letter.pdf')
  async letter(@Who() who: Who, @Param('id') id: string, @Query() query: Query_): Promise<StreamableFile> {
    const { written, preview } = await this.made(who, id, query);
    const { file } = await this.previews.letter(written, preview);
    return new StreamableFile(file, { type: 'application/pdf', disposition: 'inline; filename="letter.pdf"' });
  }

  /** A copy to whoever asks, and to nobody else. */
  @Post('test')
  async test(@Who() who: Who, @Param('id') id: string, @Body() body: Query_): Promise<RedirectResult> {
    const bulletin = await this.bulletins.one(id, scopeOf(who));
    const channel = body['channel'] === 'text' ? 'text' : 'email';
    const person = samplePeople.find((each) => each === body['person']) ?? 'standard';
    const back = `${base}/${id}/preview?person=${person}`;
    try {
      (await this.contents.asWritten(bulletin)).compileAll();
    } catch (problem) {
      if (problem instanceof CompositionFaults) return redirect(back, 303, { notice: 'bulletins:test.faults' });
      throw problem;
    }
    const address = await this.tests.send(bulletin, channel, person, who.actor());
    return redirect(back, 303, { notice: { key: 'bulletins:test.sent', params: { address } } });
  }

  private async made(who: Who, id: string, query: Query_): Promise<{ written: FrozenBulletin; preview: Preview }> {
    const written = await this.contents.asWritten(await this.bulletins.one(id, scopeOf(who)));
    const preview = await this.previews.of(written, Previews.askedFor(query), scopeOf(who), who.actor());
    return { written, preview };
  }

  private async view({ id }: Bulletin, written: FrozenBulletin, preview: Preview) {
    const { copy, email, text, addressee } = preview;
    const { letter } = await this.previews.letter(written, preview);
    const { words } = written.emailFrame(copy.locale);
    const pictures = `${base}/${id}/pictures`;
    return {
      name: addressee.name,
      formatKey: `bulletins:formats.${addressee.format}`,
      language: languageName(copy.locale),
      editionKey: `bulletins:editions.${copy.edition}`,
      fallback: copy.locale !== addressee.locale ? languageName(addressee.locale) : null,
      noEasyRead: addressee.format === 'easy_read' && copy.edition !== 'easy_read',
      web: webHtml(copy.composed, addressee, { words, pictures, calendars: null }),
      dir: copy.composed.dir,
      locale: copy.locale,
      subject: email.subject,
      plain: email.text,
      size: Math.ceil(preview.attachments.reduce((sum, { bytes }) => sum + bytes.length, email.html.length) / 1_000),
      attachments: preview.attachments.filter(({ contentId }) => !contentId).map(({ name }) => name),
      text,
      letter: { pages: letter.pages, sheets: letter.sides / 2, missing: letter.missing.join(' ') },
      notices: copy.composed.notices.map(remarkView),
    };
  }
}

function nameIn(typed: unknown): string {
  return typeof typed === 'string' ? typed.trim().slice(0, 80) : '';
}
