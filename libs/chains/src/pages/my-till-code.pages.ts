import { SignedIn, Who } from '@carers/access';
import { Cardholders, type Held } from '@carers/cards';
import { code128Svg, ean13Svg } from '@carers/credentials';
import { Clock } from '@carers/kernel';
import { type FormValues, page, type PageResult, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { type OfferAtTills, TillCodes, type TillCodesView } from '../till-codes.js';

/** What a cardholder shows at a chain's till for one offer. Looking changes nothing; a code is asked for with a button. */
@SignedIn()
@ApiExcludeController()
@Controller('account/offers/:offer/till-code')
export class TillCodeOfOfferPages {
  constructor(
    private readonly codes: TillCodes,
    private readonly cardholders: Cardholders,
    private readonly clock: Clock,
  ) {}

  @Get()
  async show(@Who() who: Who, @Param('offer') offerId: string, @Query('for') whose?: unknown): Promise<PageResult> {
    const found = await this.codes.offer(offerId);
    const people = await this.people(who);
    const held = people.length === 1 ? people[0] : people.find(({ cardholder }) => cardholder.id === whose);
    const view = held ? codesView(await this.codes.look(found, held), found) : null;
    return page('chains/my-code', {
      offer: { id: found.offer.id, title: found.offer.title, sentence: found.offer.sentence },
      // An offer's page leads on to the region that it is in.
      back: `/offers/online/${found.offer.slug}`,
      business: found.business.name,
      state: held ? view!.state : people.length === 0 ? 'no-card' : 'choose',
      people: people.map(({ cardholder }) => ({ id: cardholder.id, name: cardholder.firstName })),
      ...(held && { name: people.length > 1 ? held.cardholder.firstName : null, whose: held.cardholder.id, ...view }),
    });
  }

  @Post()
  async ask(@Who() who: Who, @Param('offer') offerId: string, @Body() body: FormValues): Promise<RedirectResult> {
    const whose = body['for'];
    const people = await this.people(who);
    const held = people.find(({ cardholder }) => cardholder.id === whose);
    const back = `/account/offers/${encodeURIComponent(offerId)}/till-code`;
    const turn = Number(body['turn']);
    if (held && Number.isInteger(turn) && turn > 0) await this.codes.hand(offerId, held, turn);
    return redirect(held && people.length > 1 ? `${back}?for=${held.cardholder.id}` : back);
  }

  /** The people of an account whose cards work today; those for practising get no code. */
  private async people(who: Who): Promise<Held[]> {
    const today = this.clock.today();
    const held = await this.cardholders.ofAccount(who.accountId);
    return held.filter(({ card }) => card.kind !== 'test' && card.worksOn(today));
  }
}

function codesView({ codes, nextTurn, refusal, empty }: TillCodesView, { arrangement }: OfferAtTills) {
  const pool = arrangement.kind === 'pool';
  // Long codes have narrow bars: as many modules taller, a scanner held by hand still crosses all of them.
  const shown = codes.map(({ code, symbology }) => ({
    text: symbology === 'ean13' ? code.replace(/^(\d)(\d{6})(\d{6})$/, '$1 $2 $3') : code,
    svg: symbology === 'ean13' ? ean13Svg(code) : code128Svg(code, { height: 20 + 3 * code.length }),
  }));
  return {
    state: shown.length > 0 ? 'codes' : refusal ? 'refused' : empty ? 'empty' : 'ask',
    codes: shown,
    once: pool,
    nextTurn: shown.length > 0 && empty ? null : nextTurn,
    refusalKey: refusal && `chains:refusals.${refusal.reason}`,
    nextUsableAt: refusal?.nextUsableAt ?? null,
  };
}
