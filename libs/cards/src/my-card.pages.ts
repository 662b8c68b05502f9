import { Public } from '@carers/access';
import { PageRenderer, page, Permits, redirect } from '@carers/pages';
import { Body, Controller, Get, Header, Param, Post, Req, type StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { CardFace, type CardNow } from './card-face.js';
import { CardLinks } from './card-links.js';
import { Cardholders, type Held } from './cardholders.js';
import { isAbout } from './cards.forms.js';
import { CardLinkEnded } from './cards.problems.js';
import { LostCards } from './lost-cards.js';

/**
 * A card by its link, for everybody who was sent one: no account and no e-mail address needed. The link is the secret,
 * so nothing is cached, indexed or told to other sites.
 */
@Public()
@ApiExcludeController()
@Controller('my-card/:token')
export class MyCardPages {
  constructor(
    private readonly links: CardLinks,
    private readonly cardholders: Cardholders,
    private readonly face: CardFace,
    private readonly lostCards: LostCards,
    private readonly renderer: PageRenderer,
  ) {}

  @Get()
  @Permits({ workers: true })
  @Header('x-robots-tag', 'noindex')
  async show(@Param('token') token: string) {
    return page('cards/card', { card: await this.face.page(await this.held(token), baseOf(token)) });
  }

  @Get('state.json')
  @Header('x-robots-tag', 'noindex')
  async state(@Param('token') token: string): Promise<CardNow> {
    return this.face.state(await this.held(token));
  }

  @Get('app.webmanifest')
  @Header('x-robots-tag', 'noindex')
  @Header('content-type', 'application/manifest+json')
  async manifest(@Param('token') token: string, @Req() request: FastifyRequest): Promise<string> {
    await this.held(token);
    return this.face.manifest(baseOf(token), this.renderer.wordsFor(request));
  }

  @Get('card.pdf')
  @Header('x-robots-tag', 'noindex')
  @Header('content-security-policy', "frame-ancestors 'none'")
  async pdf(@Param('token') token: string, @Req() request: FastifyRequest): Promise<StreamableFile> {
    return this.face.pdf(await this.held(token), this.renderer.wordsFor(request));
  }

  @Get('qr.png')
  @Header('x-robots-tag', 'noindex')
  async picture(@Param('token') token: string): Promise<StreamableFile> {
    return this.face.picture(await this.held(token));
  }

  @Get('lost')
  @Header('x-robots-tag', 'noindex')
  async askLost(@Param('token') token: string) {
    const card = await this.face.view(await this.held(token), baseOf(token));
    return card.live ? page('cards/lost', { card }) : redirect(card.base);
  }

  @Post('lost')
  async lost(@Param('token') token: string, @Body() body: unknown) {
    const { cardholder, card } = await this.held(token);
    if (!isAbout(body, card)) return redirect(baseOf(token));
    const issued = await this.lostCards.report(card.id, { kind: 'link', id: cardholder.id });
    const next = baseOf(this.links.tokenFor(issued.cardholder));
    return redirect(next, 303, { notice: 'cards:lost.done' });
  }

  private async held(token: string): Promise<Held> {
    const cardholder = await this.links.open(token);
    if (!cardholder) throw new CardLinkEnded();
    return this.cardholders.withCard(cardholder);
  }
}

function baseOf(token: string): string {
  return `/my-card/${token}`;
}
