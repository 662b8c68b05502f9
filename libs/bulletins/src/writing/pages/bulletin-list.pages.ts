import { For, StaffSections, Who } from '@carers/access';
import { scopeOf } from '@carers/information-service';
import { page, PageRenderer, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { Body, Controller, Get, type OnModuleInit, Post, Query, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Bulletins } from '../bulletins.js';
import { newBulletinForm } from './writing.forms.js';
import { base, lineView, serviceNames, servicesOf } from './writing.presenter.js';

/** The bulletins of a carers service, and beginning a new one. */
@ApiExcludeController()
@Controller('staff/information-service/bulletins')
@For('carers_service_officer', 'administrator')
export class BulletinListPages implements OnModuleInit {
  constructor(
    private readonly bulletins: Bulletins,
    private readonly schemes: SchemeService,
    private readonly sections: StaffSections,
    private readonly renderer: PageRenderer,
  ) {}

  onModuleInit(): void {
    this.sections.add({
      roles: ['carers_service_officer', 'administrator'],
      href: base,
      titleKey: 'bulletins:staff.section',
    });
  }

  @Get()
  async list(@Who() who: Who, @Query('after') after?: unknown): Promise<PageResult> {
    const [{ bulletins, next }, scheme] = await Promise.all([
      this.bulletins.list(scopeOf(who), typeof after === 'string' ? after : undefined),
      this.schemes.current(),
    ]);
    const services = serviceNames(scheme);
    return page('bulletins/staff/writing/list', {
      bulletins: bulletins.map((bulletin) => lineView(bulletin, services)),
      next,
      several: servicesOf(scheme, scopeOf(who)).length > 1,
    });
  }

  @Get('new')
  async ask(@Who() who: Who): Promise<PageResult> {
    return this.newPage(who);
  }

  @Post('new')
  async create(
    @Who() who: Who,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
  ): Promise<PageResult | RedirectResult> {
    const read = await readForm(newBulletinForm, body);
    if (read.errors) return this.newPage(who, read);
    const services = servicesOf(await this.schemes.current(), scopeOf(who));
    const { title, purpose, service } = read.value;
    const chosen = services.length === 1 ? services[0] : services.find(({ value }) => value === service);
    if (!chosen) {
      const errors = [{ field: 'service', message: 'bulletins:errors.service-missing' }];
      return this.newPage(who, { form: read.form, errors });
    }
    const firstText = this.renderer.wordsFor(request).t('bulletins:text.first', { field: '{{firstName}}' });
    const bulletin = await this.bulletins.create(
      { carersServiceId: chosen.value, purpose, title, firstText },
      who.actor(),
    );
    return redirect(`${base}/${bulletin.id}/texts/en-GB/standard`);
  }

  private async newPage(who: Who, typed = {}): Promise<PageResult> {
    const services = servicesOf(await this.schemes.current(), scopeOf(who));
    return page('bulletins/staff/writing/new', { services: services.length > 1 ? services : null, ...typed });
  }
}
