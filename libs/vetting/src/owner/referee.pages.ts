import { Limits, Public } from '@carers/access';
import { Businesses } from '@carers/businesses';
import { optionalParagraphs } from '@carers/kernel';
import { page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type OpenReference, type ReferenceRule, References } from '../checks/references.js';

const scores = ['5', '4', '3', '2', '1'] as const;

/**
 * Where a customer says what a business is like. Opening the page changes nothing, so programs that look at links in
 * mail do no harm; the link works once, and until its day. The business never sees what is said.
 */
@Public()
@Controller('reference')
export class RefereePages {
  constructor(
    private readonly references: References,
    private readonly businesses: Businesses,
    private readonly limits: Limits,
  ) {}

  @Get('thank-you')
  thanks(): PageResult {
    return page('vetting/referee/thank-you');
  }

  @Get(':token')
  async ask(@Param('token') token: string, @Req() request: FastifyRequest): Promise<PageResult> {
    return this.askPage(await this.open(token, request), {});
  }

  @Post(':token')
  async answer(
    @Param('token') token: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<PageResult | RedirectResult> {
    const open = await this.open(token, request);
    const read = await readForm(answerForm(open.rule), body);
    if (read.errors) return this.askPage(open, read);
    const given = Object.entries(read.value.scores).map(([key, score]) => [key, Number(score)] as const);
    await this.references.answer(token, { scores: Object.fromEntries(given), words: read.value.words });
    return redirect('/reference/thank-you');
  }

  @Post(':token/not-me')
  async decline(@Param('token') token: string, @Req() request: FastifyRequest): Promise<RedirectResult> {
    await this.open(token, request);
    await this.references.decline(token);
    return redirect('/reference/thank-you');
  }

  /** @throws AskedTooOften, ReferenceNotOpen */
  private async open(token: string, request: FastifyRequest): Promise<OpenReference> {
    await this.limits.count('reference-address', request.ip);
    return this.references.open(token);
  }

  private async askPage({ reference, case: about, rule }: OpenReference, model: PageModel): Promise<PageResult> {
    const { name } = await this.businesses.get(about.businessId);
    return page(
      'vetting/referee/ask',
      {
        ...model,
        business: name,
        job: reference.job,
        until: reference.openUntil,
        scores,
        questions: rule.questions.map(({ key, title, hint }) => ({ name: `scores.${key}`, title, hint: hint ?? null })),
      },
      // Nobody whom the page leads on to learns the link.
      { headers: { 'referrer-policy': 'no-referrer' } },
    );
  }
}

function answerForm({ questions }: ReferenceRule) {
  const score = z.enum(scores, { error: 'vetting:referee.score-missing' });
  return z.object({
    scores: z.preprocess(
      (given) => given ?? {},
      z.object(Object.fromEntries(questions.map(({ key }) => [key, score]))),
    ),
    words: optionalParagraphs({ max: 2000 }),
  });
}
