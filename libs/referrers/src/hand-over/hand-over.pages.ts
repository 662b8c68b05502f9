import { Limits, Public } from '@carers/access';
import { Ids } from '@carers/kernel';
import {
  page,
  PageRenderer,
  type PageModel,
  type PageResult,
  readForm,
  redirect,
  type RedirectResult,
} from '@carers/pages';
import { Body, Controller, Get, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Referrer } from '../referrer.entity.js';
import { ReferrerDoor } from '../referrer-door.js';
import { ReferrerKinds } from '../referrer-kinds.js';
import { Agreements } from './agreements.js';
import { bestTimes } from './hand-over.entity.js';
import { formIdOf, handOverForm } from './hand-over.forms.js';
import { HandOvers } from './hand-overs.js';

/** A professional hands a carer over, with the carer's agreement. No account is needed. */
@Public()
@ApiExcludeController()
@Controller('r/:code/hand-over')
export class HandOverPages {
  constructor(
    private readonly door: ReferrerDoor,
    private readonly handOvers: HandOvers,
    private readonly agreements: Agreements,
    private readonly kinds: ReferrerKinds,
    private readonly limits: Limits,
    private readonly renderer: PageRenderer,
    private readonly ids: Ids,
  ) {}

  @Get()
  async ask(@Req() request: FastifyRequest, @Param('code') code: string): Promise<PageResult> {
    const referrer = await this.door.open(code, request.ip);
    return referrer.endedAt ? this.door.endedPage(referrer) : this.formPage(referrer, { form: {} });
  }

  @Post()
  async send(
    @Req() request: FastifyRequest,
    @Param('code') code: string,
    @Body() body: unknown,
  ): Promise<PageResult | RedirectResult> {
    const referrer = await this.door.open(code, request.ip);
    if (referrer.endedAt) return this.door.endedPage(referrer);
    const read = await readForm(handOverForm, body);
    if (read.errors) return this.formPage(referrer, read);
    await this.limits.count('hand-over-address', request.ip);
    await this.limits.count('hand-over-referrer', referrer.id);
    await this.handOvers.receive(referrer.id, read.value, this.renderer.wordsFor(request).locale);
    return redirect(`/r/${referrer.code}/hand-over/done`);
  }

  @Get('done')
  async done(@Req() request: FastifyRequest, @Param('code') code: string): Promise<PageResult> {
    const referrer = await this.door.open(code, request.ip);
    return page('referrers/handed-over', { code: referrer.code, service: await this.door.serviceOf(referrer) });
  }

  private async formPage(referrer: Referrer, model: PageModel): Promise<PageResult> {
    return page('referrers/hand-over', {
      ...model,
      name: referrer.name,
      code: referrer.code,
      service: await this.door.serviceOf(referrer),
      reasons: await this.kinds.reasonsOf(referrer.kind),
      bestTimes,
      agreementKey: this.agreements.key,
      formId: formIdOf(model.form, () => this.ids.next()),
    });
  }
}
