import { Limits, Public, SignedIn, Who } from '@carers/access';
import { Cardholders, CardholderNotFound, CardLinkEnded, CardLinks, type Held } from '@carers/cards';
import { Body, Controller, Get, Header, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { type Door, RenewalDesk } from './renewal-desk.js';

/** Renewing a card by its link, as it stands in reminders: no account is needed. */
@Public()
@ApiExcludeController()
@Controller('my-card/:token/renew')
export class LinkRenewalPages {
  constructor(
    private readonly links: CardLinks,
    private readonly cardholders: Cardholders,
    private readonly desk: RenewalDesk,
    private readonly limits: Limits,
  ) {}

  @Get()
  @Header('x-robots-tag', 'noindex')
  async show(@Param('token') token: string) {
    const held = await this.held(token);
    return this.desk.show(held, doorOf(token, held));
  }

  @Post()
  async ask(@Req() request: FastifyRequest, @Param('token') token: string, @Body() body: unknown) {
    await this.limits.count('application-address', request.ip);
    const held = await this.held(token);
    return this.desk.ask(held, doorOf(token, held), body);
  }

  private async held(token: string): Promise<Held> {
    const cardholder = await this.links.open(token);
    if (!cardholder) throw new CardLinkEnded();
    return this.cardholders.withCard(cardholder);
  }
}

/** The same for who is signed in; of several cards of one account the longer address says whose. */
@SignedIn()
@ApiExcludeController()
@Controller(['account/card/renew', 'account/cards/:holder/renew'])
export class AccountRenewalPages {
  constructor(
    private readonly cardholders: Cardholders,
    private readonly desk: RenewalDesk,
  ) {}

  @Get()
  async show(@Who() who: Who, @Param('holder') holder?: string) {
    return this.desk.show(await this.held(who, holder), this.door(who, holder));
  }

  @Post()
  async ask(@Who() who: Who, @Body() body: unknown, @Param('holder') holder?: string) {
    return this.desk.ask(await this.held(who, holder), this.door(who, holder), body);
  }

  private door(who: Who, holder: string | undefined): Door {
    const base = holder === undefined ? '/account/card' : `/account/cards/${holder}`;
    return { base, byLink: false, actor: who.actor('carer') };
  }

  private async held(who: Who, holder: string | undefined): Promise<Held> {
    const all = await this.cardholders.ofAccount(who.accountId);
    const held = holder === undefined ? all[0] : all.find(({ cardholder }) => cardholder.id === holder);
    if (!held) throw new CardholderNotFound();
    return held;
  }
}

function doorOf(token: string, { cardholder }: Held): Door {
  return { base: `/my-card/${token}`, byLink: true, actor: { kind: 'link', id: cardholder.id } };
}
