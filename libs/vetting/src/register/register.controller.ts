import { Public, Translations } from '@carers/pages';
import { Settings } from '@carers/settings';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import {
  ApiGoneResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { answer } from './conditional.js';
import { Register, type RegisterPart } from './register.js';
import { RegisterAnswer, RegisterPageAnswer } from './register-schemas.js';
import { RegisterQuery } from './register-query.js';
import { NoLongerInRegister, NotInRegister } from './register.problems.js';

const cacheControl = 'public, max-age=60, stale-while-revalidate=300';

/** The public register for machines. */
@ApiTags('Register')
@Public()
@Controller('api/v1/register')
export class RegisterController {
  constructor(
    private readonly register: Register,
    private readonly translations: Translations,
    private readonly settings: Settings,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Businesses that hold an accreditation today, by name' })
  @ApiOkResponse({ standardSchema: RegisterPageAnswer })
  @ApiUnprocessableEntityResponse({ description: 'Problem details with `errors: [{ field, message }]`' })
  async list(
    @Query({ schema: RegisterQuery }) { cursor: after, ...asked }: z.output<typeof RegisterQuery>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const words = this.words();
    const { lines, next } = await this.register.page({ ...asked, after });
    const data = lines.map(({ slug, name, category, towns, accreditations }) => ({
      slug,
      name,
      category,
      towns,
      accreditations: accreditations.map(({ programme, titleKey, since, until }) => ({
        programme,
        title: words.t(titleKey),
        since,
        until,
      })),
      url: this.urlOf(slug),
    }));
    return this.send(request, reply, { data, next });
  }

  @Get(':slug')
  @ApiOperation({ summary: 'One business of the register: what was checked, when, and until when' })
  @ApiOkResponse({ standardSchema: RegisterAnswer })
  @ApiNotFoundResponse({ description: 'This business never held an accreditation' })
  @ApiGoneResponse({ description: 'It takes part no more, or its accreditation ended for good' })
  async one(
    @Param('slug') slug: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const entry = await this.register.entry(slug);
    if (!entry) throw new NotInRegister();
    if (entry.gone) throw new NoLongerInRegister();
    return this.send(request, reply, {
      slug: entry.slug,
      name: entry.name,
      category: entry.category,
      towns: entry.towns,
      accreditations: entry.parts.map((part) => this.part(part)),
      badge: `${this.urlOf(entry.slug)}/badge.svg`,
      url: this.urlOf(entry.slug),
    });
  }

  private part(part: RegisterPart) {
    const words = this.words();
    return {
      programme: part.programme,
      title: words.t(part.titleKey),
      status: part.status,
      since: part.since,
      until: part.until,
      endedOn: part.endedOn,
      conditions: part.conditions,
      checks: part.checks.map(({ titleKey, checkedOn, until, schemeKey }) => ({
        title: words.t(titleKey),
        checkedOn,
        until,
        byScheme: schemeKey && words.t(schemeKey),
      })),
      sanctions: part.sanctions,
      outsideSchemes: part.claims.map(({ titleKey, number, lookUp, checkedOn }) => ({
        title: words.t(titleKey),
        number,
        lookUp,
        checkedOn,
      })),
    };
  }

  private send(request: FastifyRequest, reply: FastifyReply, body: object): string {
    const type = 'application/json; charset=utf-8';
    return answer(request, reply, JSON.stringify(body), { type, cacheControl, elsewhere: 'read' });
  }

  private words() {
    return this.translations.in(this.settings.defaultLocale);
  }

  private urlOf(slug: string): string {
    return `${this.settings.publicUrl}/register/${slug}`;
  }
}
