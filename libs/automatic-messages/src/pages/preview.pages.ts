import { Accounts, For, Who } from '@carers/access';
import { languageName, mailPolicy, samplePeople, type SamplePerson } from '@carers/bulletins';
import { page, type PageResult, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AutomaticMessageFixed } from '../automatic-messages.problems.js';
import { TestMessages } from '../test-messages.js';
import { SampleCopies } from '../words/sample-copies.js';
import { type Opened, Owners } from './owners.js';
import { headOf } from './presenter.js';

type Asked = Record<string, unknown>;

/** A message as somebody gets it today, by every channel, and a copy to oneself. */
@ApiExcludeController()
@Controller('staff/automatic-messages/:slug')
@For('carers_service_officer', 'administrator')
export class PreviewPages {
  constructor(
    private readonly owners: Owners,
    private readonly copies: SampleCopies,
    private readonly tests: TestMessages,
    private readonly accounts: Accounts,
  ) {}

  @Get('preview')
  async show(@Who() who: Who, @Param('slug') slug: string, @Query() query: Asked): Promise<PageResult> {
    const opened = await this.open(who, slug, query);
    const { locale, person } = await this.asked(query);
    const { message, owner } = opened;
    const copies = await Promise.all(
      message.channels.map(async (channel) => {
        const { subject, text } = await this.copies.inForce(message, owner, locale, person, channel);
        return { channel, channelKey: `automatic-messages:channels.${channel}`, subject, text };
      }),
    );
    const contact = await this.accounts.contactOf(who.accountId);
    const head = headOf(opened);
    const link = (change: Partial<{ locale: string; person: string }>) =>
      this.query(opened, { locale, person, ...change });
    return page('automatic-messages/staff/preview', {
      ...head,
      copies,
      locale,
      person,
      people: samplePeople
        .filter((each) => each !== 'easy_read')
        .map((each) => ({
          person: each,
          chosen: each === person,
          href: `${head.href}/preview${link({ person: each })}`,
        })),
      languages: (await this.owners.locales()).map((each) => ({
        name: languageName(each),
        chosen: each === locale,
        href: `${head.href}/preview${link({ locale: each })}`,
      })),
      emailHref: `${head.href}/preview/email.html${link({})}`,
      canTest: {
        email: contact.email !== null && message.channels.includes('email'),
        text: contact.mobile !== null && message.channels.includes('text'),
      },
    });
  }

  /** The e-mail as a mail program gets it. Its styles stand in each element: only this page's policy lets them. */
  @Get('preview/email.html')
  async email(
    @Who() who: Who,
    @Param('slug') slug: string,
    @Query() query: Asked,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { message, owner } = await this.open(who, slug, query);
    const { locale, person } = await this.asked(query);
    const { html } = await this.copies.inForce(message, owner, locale, person, 'email');
    void reply.header('content-security-policy', mailPolicy(html!));
    return new StreamableFile(Buffer.from(html!), { type: 'text/html; charset=utf-8' });
  }

  /** A copy to whoever asks, and to nobody else. */
  @Post('test')
  async test(
    @Who() who: Who,
    @Param('slug') slug: string,
    @Query() query: Asked,
    @Body() body: Asked,
  ): Promise<RedirectResult> {
    const opened = await this.open(who, slug, query);
    const asked = await this.asked(body);
    const channel = body['channel'] === 'text' && opened.message.channels.includes('text') ? 'text' : 'email';
    const address = await this.tests.send(opened.message, opened.owner, { ...asked, channel }, who.actor());
    return redirect(`${headOf(opened).href}/preview${this.query(opened, asked)}`, 303, {
      notice: { key: 'automatic-messages:test.sent', params: { address } },
    });
  }

  /** What has fixed words follows from what happened to somebody: there is nothing to look at. */
  private async open(who: Who, slug: string, { service }: Asked): Promise<Opened> {
    const opened = await this.owners.open(who, slug, service);
    if (!opened.message.mayEdit) throw new AutomaticMessageFixed();
    return opened;
  }

  private async asked({ locale, person }: Asked): Promise<{ locale: string; person: SamplePerson }> {
    const locales = await this.owners.locales();
    return {
      locale: locales.find((each) => each === locale) ?? locales[0]!,
      person: samplePeople.find((each) => each === person) ?? 'standard',
    };
  }

  private query({ owner }: Opened, params: Record<string, string>): string {
    return `?${new URLSearchParams({ ...params, ...(owner && { service: owner }) }).toString()}`;
  }
}
