import { For, Who } from '@carers/access';
import { Audit } from '@carers/audit';
import { formatCardNumber } from '@carers/credentials';
import { Database } from '@carers/database';
import { Clock } from '@carers/kernel';
import { page, PageRenderer, type PageModel, readForm, redirect } from '@carers/pages';
import { SchemeService } from '@carers/places';
import {
  Body,
  Controller,
  Get,
  Header,
  Param,
  ParseUUIDPipe,
  Post,
  Query,
  Req,
  type StreamableFile,
} from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { CardState } from './card.entity.js';
import { CardFace } from './card-face.js';
import { CardMessages } from './card-messages.js';
import { CardholderEvents } from './cardholder-events.js';
import { Cardholders, type Found } from './cardholders.js';
import { type Change, changeForm, isAbout } from './cards.forms.js';
import { Cards } from './cards.js';
import { mobileAsSaid } from './cards.presenter.js';
import { LostCards } from './lost-cards.js';

/** What may be done to a card in each state. */
const possible: Record<CardState, readonly Change[]> = {
  active: ['replace', 'suspend', 'revoke'],
  not_yet_valid: ['suspend', 'revoke'],
  suspended: ['lift', 'revoke'],
  expired: ['revoke'],
  revoked: ['issue-again'],
};

/** Cardholders and their cards, for the people who answer the telephone. Opening a record is written down. */
@For('registrar', 'administrator')
@ApiExcludeController()
@Controller('staff/cards')
export class StaffCardsPages {
  constructor(
    private readonly cardholders: Cardholders,
    private readonly cards: Cards,
    private readonly lostCards: LostCards,
    private readonly messages: CardMessages,
    private readonly face: CardFace,
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly scheme: SchemeService,
    private readonly renderer: PageRenderer,
    private readonly events: CardholderEvents,
  ) {}

  @Get()
  async search(@Who() who: Who, @Query('q') typed?: unknown, @Query('why') why?: unknown) {
    const [q, reason] = [oneLine(typed), oneLine(why)];
    const found = await this.cardholders.search(q);
    await this.cardholders.noteFound(
      found.map(({ cardholder }) => cardholder.id),
      who.actor(),
      reason || null,
    );
    const today = this.clock.today();
    const rows = found.map(({ cardholder, card }) => ({
      href: `/staff/cards/${cardholder.id}`,
      name: `${cardholder.firstName} ${cardholder.lastName}`,
      number: card && formatCardNumber(card.number),
      postcode: cardholder.postcode,
      state: card ? card.stateOn(today) : 'none',
    }));
    return page('cards/staff-search', { form: { q, why: reason }, asked: q !== '', rows });
  }

  @Get(':holder')
  async show(@Param('holder', ParseUUIDPipe) holder: string, @Who() who: Who, @Query('why') why?: unknown) {
    const held = await this.cardholders.person(holder);
    await this.cardholders.noteRead(holder, who.actor(), oneLine(why) || null);
    return this.holderPage(held);
  }

  @Get(':holder/card.pdf')
  @Header('content-security-policy', "frame-ancestors 'none'")
  async pdf(
    @Param('holder', ParseUUIDPipe) holder: string,
    @Who() who: Who,
    @Req() request: FastifyRequest,
  ): Promise<StreamableFile> {
    const held = await this.cardholders.find(holder);
    const file = await this.face.pdf(held, this.renderer.wordsFor(request));
    await this.audit.note({ action: 'card.printed', subject: { kind: 'card', id: held.card.id }, actor: who.actor() });
    return file;
  }

  /** A printed card is in the post: its holder is told. */
  @Post(':holder/posted')
  async posted(@Param('holder', ParseUUIDPipe) holder: string, @Body() body: unknown, @Who() who: Who) {
    const { card } = await this.cardholders.find(holder);
    if (!isAbout(body, card) || !card.worksOn(this.clock.today()))
      return redirect(`/staff/cards/${holder}`, 303, { notice: 'cards:staff.changed-meanwhile' });
    const actor = who.actor();
    await this.database.transaction(async (tx) => {
      await this.audit.record(tx, { action: 'card.posted', subject: { kind: 'card', id: card.id }, actor });
      await this.events.announce(tx, 'card-posted', { cardholderId: holder, cardId: card.id, actor });
    });
    return redirect(`/staff/cards/${holder}`, 303, { notice: 'cards:staff.done.posted' });
  }

  @Post(':holder/change')
  async change(@Param('holder', ParseUUIDPipe) holder: string, @Body() body: unknown, @Who() who: Who) {
    const held = await this.cardholders.find(holder);
    const { value, errors, form } = await readForm(changeForm, body);
    if (errors) return this.holderPage(held, { form, errors });
    // Somebody else was quicker, or the button was pressed twice: the page shows how things are now.
    if (!isAbout(body, held.card))
      return redirect(`/staff/cards/${holder}`, 303, { notice: 'cards:staff.changed-meanwhile' });
    const { change, reason } = value;
    const { id } = held.card;
    const actor = who.actor();
    if (change === 'replace') await this.lostCards.report(id, actor, reason);
    else
      await this.database.transaction(async (tx) => {
        if (change === 'suspend') await this.cards.suspend(tx, id, actor, reason);
        else if (change === 'lift') await this.cards.lift(tx, id, actor, reason);
        else if (change === 'revoke') await this.cards.revoke(tx, id, value.end!, actor, reason);
        else await this.messages.tellIssued(tx, await this.cards.issueAgain(tx, holder, actor));
      });
    return redirect(`/staff/cards/${holder}`, 303, { notice: `cards:staff.done.${change}` });
  }

  private async holderPage({ cardholder, card }: Found, model: PageModel = {}) {
    const today = this.clock.today();
    const [all, regions, ofHolder] = await Promise.all([
      this.cardholders.cardsOf(cardholder.id),
      this.scheme.regions(),
      this.audit.historyOf({ kind: 'cardholder', id: cardholder.id }, 30),
    ]);
    const ofCards = await Promise.all(all.map((each) => this.audit.historyOf({ kind: 'card', id: each.card.id }, 30)));
    const history = [ofHolder, ...ofCards]
      .flat()
      .sort((one, other) => other.happenedAt.getTime() - one.happenedAt.getTime() || (one.id < other.id ? 1 : -1));
    return page('cards/staff-holder', {
      ...model,
      holder: {
        ...cardholder,
        name: `${cardholder.firstName} ${cardholder.lastName}`,
        mobile: mobileAsSaid(cardholder.mobile),
        addressLines: [...(cardholder.address?.split('\n') ?? []), cardholder.postcode],
        region: regions.find(({ id }) => id === cardholder.regionId)?.name ?? '',
        roleKeys: cardholder.caringRoles.map((role) => `cards:role.${role}`),
      },
      card,
      works: card?.worksOn(today) ?? false,
      renewable: ['active', 'expired'].includes(card?.stateOn(today) ?? ''),
      cards: all.map((each) => ({
        ...each.card,
        number: formatCardNumber(each.card.number),
        state: each.card.stateOn(today),
        credentials: each.credentials,
      })),
      changes: card ? possible[card.stateOn(today)] : [],
      history: history.map(({ happenedAt, action, reason, actorRole, actorKind }) => ({
        happenedAt,
        actionKey: `cards:history.${action.replaceAll('.', '-')}`,
        reason,
        byKey: `cards:by.${actorRole ?? actorKind}`,
      })),
    });
  }
}

/** A value of the query as one short line; anything else counts as nothing. */
function oneLine(value: unknown): string {
  return typeof value === 'string' ? value.replace(/\s+/g, ' ').trim().slice(0, 200) : '';
}
