import { For, StaffSections, Who } from '@carers/access';
import { line } from '@carers/kernel';
import {
  choice,
  page,
  type PageModel,
  PageRenderer,
  type PageResult,
  readForm,
  redirect,
  type RedirectResult,
} from '@carers/pages';
import { Body, Controller, Get, type OnModuleInit, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { scopeOf } from '../officer-scope.js';
import { returnReasons } from './returned-letter.entity.js';
import { ReturnedPost } from './returned-post.js';

const path = '/staff/information-service/returned-post';
const scanForm = z.object({
  reason: choice(returnReasons, 'information-service:returned.reason-missing'),
  code: line({ max: 60, missing: 'information-service:returned.code-missing' }),
});

/**
 * Letters that came back, one after the other: a reader that types the code and presses enter needs no other key, since
 * the page comes back with the same reason and the cursor in the box.
 */
@Controller(path.slice(1))
@For('carers_service_officer', 'administrator')
export class ReturnedPostPages implements OnModuleInit {
  constructor(
    private readonly returned: ReturnedPost,
    private readonly sections: StaffSections,
    private readonly renderer: PageRenderer,
  ) {}

  onModuleInit(): void {
    this.sections.add({
      roles: ['carers_service_officer', 'administrator'],
      href: path,
      titleKey: 'information-service:returned.section',
    });
  }

  @Get()
  async show(@Who() who: Who, @Query('reason') reason?: unknown): Promise<PageResult> {
    const chosen = returnReasons.find((each) => each === reason) ?? 'gone_away';
    return this.desk(who, { form: { reason: chosen, code: '' } });
  }

  @Post()
  async take(
    @Who() who: Who,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<PageResult | RedirectResult> {
    const read = await readForm(scanForm, body);
    if (read.errors) return this.desk(who, read);
    const { code, reason } = read.value;
    const why = this.renderer.wordsFor(request).t('information-service:returned.why-died');
    const scanned = await this.returned.take(code, reason, scopeOf(who), who.actor(), why);
    if (!scanned) {
      // Whoever belongs to another carers service is not told apart from nobody.
      const errors = [{ field: 'code', message: 'information-service:returned.code-unknown' }];
      return this.desk(who, { form: { reason, code }, errors });
    }
    const what = scanned.isNew ? scanned.outcome : 'again';
    const notice = { key: `information-service:returned.done.${what}`, params: { name: scanned.name } };
    return redirect(`${path}?reason=${reason}`, 303, { notice });
  }

  private async desk(who: Who, typed: PageModel): Promise<PageResult> {
    const lines = await this.returned.lastOf(who.accountId, scopeOf(who));
    return page('information-service/staff/returned-post', {
      reasons: [...returnReasons],
      lines: lines.map(({ letter, name, others }) => ({
        name,
        href: `/staff/subscribers/${letter.subscriberId}`,
        at: letter.recordedAt,
        reasonKey: `information-service:returned.reason.${letter.reason}`,
        outcomeKey: `information-service:returned.outcome.${letter.outcome}`,
        died: letter.outcome === 'held',
        others: others.map((channel) => `information-service:by.${channel}`),
      })),
      ...typed,
    });
  }
}
