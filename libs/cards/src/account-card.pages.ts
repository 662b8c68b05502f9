import { SignedIn, Who } from '@carers/access';
import { PageRenderer, page, Permits, redirect } from '@carers/pages';
import { Body, Controller, Get, Header, Param, Post, Req, type StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { CardFace, type CardNow } from './card-face.js';
import { Cardholders, type Held } from './cardholders.js';
import { isAbout } from './cards.forms.js';
import { CardholderNotFound } from './cards.problems.js';
import { LostCards } from './lost-cards.js';

/**
 * The card of the person who is signed in. Where one account keeps several cards (a parent's), the longer address says
 * whose; the short one is the first.
 */
@SignedIn()
@ApiExcludeController()
@Controller(['account/card', 'account/cards/:holder'])
export class AccountCardPages {
  constructor(
    private readonly cardholders: Cardholders,
    private readonly face: CardFace,
    private readonly lostCards: LostCards,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  @Permits({ workers: true })
  async show(@Who() who: Who, @Param('holder') holder?: string) {
    const [first] = await this.cardholders.ofAccount(who.accountId);
    if (!first) return redirect('/account');
    return page('cards/card', { card: await this.face.page(await this.held(who, holder), baseOf(holder)) });
  }

  @Get('state.json')
  async state(@Who() who: Who, @Param('holder') holder?: string): Promise<CardNow> {
    return this.face.state(await this.held(who, holder));
  }

  @Get('app.webmanifest')
  @Header('content-type', 'application/manifest+json')
  async manifest(@Who() who: Who, @Req() request: FastifyRequest, @Param('holder') holder?: string): Promise<string> {
    await this.held(who, holder);
    return this.face.manifest(baseOf(holder), this.renderer.wordsFor(request));
  }

  @Get('card.pdf')
  @Header('content-security-policy', "frame-ancestors 'none'")
  async pdf(
    @Who() who: Who,
    @Req() request: FastifyRequest,
    @Param('holder') holder?: string,
  ): Promise<StreamableFile> {
    return this.face.pdf(await this.held(who, holder), this.renderer.wordsFor(request));
  }

  @Get('qr.png')
  async picture(@Who() who: Who, @Param('holder') holder?: string): Promise<StreamableFile> {
    return this.face.picture(await this.held(who, holder));
  }

  @Get('lost')
  async askLost(@Who() who: Who, @Param('holder') holder?: string) {
    const card = await this.face.view(await this.held(who, holder), baseOf(holder));
    return card.live ? page('cards/lost', { card }) : redirect(card.base);
  }

  @Post('lost')
  async lost(@Who() who: Who, @Body() body: unknown, @Param('holder') holder?: string) {
    const { card } = await this.held(who, holder);
    if (!isAbout(body, card)) return redirect(baseOf(holder));
    await this.lostCards.report(card.id, who.actor('carer'));
    return redirect(baseOf(holder), 303, { notice: 'cards:lost.done' });
  }

  private async held(who: Who, holder: string | undefined): Promise<Held> {
    const all = await this.cardholders.ofAccount(who.accountId);
    const held = holder === undefined ? all[0] : all.find(({ cardholder }) => cardholder.id === holder);
    if (!held) throw new CardholderNotFound();
    return held;
  }
}

function baseOf(holder: string | undefined): string {
  return holder === undefined ? '/account/card' : `/account/cards/${holder}`;
}
