import { Limits, Public } from '@carers/access';
import { Cardholder } from '@carers/cards';
import { Database, keyedHash } from '@carers/database';
import { page, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Post, Query, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Subscriber } from '../subscriber.entity.js';
import { letterCodeOf, shownLetterCode } from './letter-code.js';
import { LetterCodes } from './letter-codes.js';
import { letterCodeForm } from './preference.form.js';
import { PreferenceLinks } from './preference-links.js';

/**
 * The way from a letter to the preferences: its code, and the postcode that it went to. Whatever is wrong, the words are
 * the same, so that nobody learns from them which codes there are or who lives where.
 */
@Controller('preferences/code')
@Public()
@ApiExcludeController()
export class LetterCodePages {
  constructor(
    private readonly codes: LetterCodes,
    private readonly links: PreferenceLinks,
    private readonly limits: Limits,
    private readonly database: Database,
  ) {}

  /** @param code what the QR code of a letter brings along */
  @Get()
  ask(@Query('code') code: unknown): PageResult {
    const known = typeof code === 'string' ? letterCodeOf(code) : null;
    return page('information-service/letter-code', { form: { code: known ? shownLetterCode(known) : '' } });
  }

  @Post()
  async open(@Body() body: unknown, @Req() request: FastifyRequest): Promise<PageResult | RedirectResult> {
    await this.limits.count('letter-code-address', request.ip);
    const { value, errors, form } = await readForm(letterCodeForm, body);
    if (errors) return page('information-service/letter-code', { form, errors });
    const subscriber = await this.subscriberOf(value.code ?? '', value.postcode);
    if (subscriber) return redirect(`/preferences/${this.links.letterTokenFor(subscriber)}`);
    const wrong = { field: 'code', message: 'information-service:code.wrong' };
    return page('information-service/letter-code', { form, errors: [wrong] });
  }

  /** Whose pair it is; null for a wrong one, which counts against the person of the code, or against the code of nobody. */
  private async subscriberOf(typed: string, postcode: string): Promise<Subscriber | null> {
    const code = letterCodeOf(typed);
    if (code === null) return null;
    const letter = await this.codes.find(code);
    const whom = letter?.subscriberId ?? code;
    if (await this.limits.isUsedUp('letter-code-person', whom)) return null;
    const subscriber = letter && (await this.database.reader.findOneBy(Subscriber, { id: letter.subscriberId }));
    const lives = subscriber && (await this.database.reader.findOneBy(Cardholder, { id: subscriber.cardholderId }));
    if (lives?.postcodeHash === keyedHash(postcode, 'postcode') && lives.leftAt === null) return subscriber;
    await this.limits.note('letter-code-person', whom);
    return null;
  }
}
