import { For, SignedIn, Who } from '@carers/access';
import { AccountLinks, Cardholder, CardholderNotFound, Cardholders, type Found, Leaving } from '@carers/cards';
import { Database } from '@carers/database';
import { line } from '@carers/kernel';
import { choice, page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, type OnModuleInit, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { IsNull } from 'typeorm';
import { z } from 'zod';
import { Subscriber } from '../subscriber.entity.js';
import { CardLeaving } from './card-leaving.js';

const stay = choice(['stay', 'go'], 'information-service:leaving.stay-missing');
const ownForm = z.object({ stay });
const staffForm = z.object({
  stay,
  how: choice(['phone', 'paper'], 'information-service:staff.how-missing'),
  reason: line({ max: 500, missing: 'information-service:leaving.reason-missing' }),
});

/** What the page says: what goes, what stays, and whether there is a list to stay on. */
@SignedIn()
@ApiExcludeController()
@Controller('account/leave')
export class LeavingPages implements OnModuleInit {
  constructor(
    private readonly leavings: CardLeaving,
    private readonly leaving: Leaving,
    private readonly database: Database,
    private readonly links: AccountLinks,
  ) {}

  onModuleInit(): void {
    this.links.add({
      href: async (who) => ((await this.ofAccount(who)).length > 0 ? '/account/leave' : null),
      titleKey: 'information-service:leaving.link',
      order: 95,
    });
  }

  /** Straight to the one person, or a choice where an account holds several cards. */
  @Get()
  async choose(@Who() who: Who): Promise<PageResult | RedirectResult> {
    const people = await this.ofAccount(who);
    if (people.length === 1) return redirect(`/account/leave/${people[0]!.id}`);
    return page('information-service/leave-who', {
      people: people.map(({ id, firstName }) => ({ firstName, path: `/account/leave/${id}` })),
    });
  }

  @Get(':holder')
  async ask(@Who() who: Who, @Param('holder', ParseUUIDPipe) holder: string): Promise<PageResult> {
    return this.form(await this.own(who, holder));
  }

  /** The answer is a page of its own: with the card, the account may be gone. */
  @Post(':holder')
  async leave(@Who() who: Who, @Param('holder', ParseUUIDPipe) holder: string, @Body() body: unknown) {
    const cardholder = await this.own(who, holder);
    const { value, errors, form } = await readForm(ownForm, body);
    if (errors) return this.form(cardholder, { form, errors });
    const stays = value.stay === 'stay';
    await this.leavings.leave(holder, { stay: stays, how: 'web', actor: who.actor('carer') });
    return page('information-service/left', { stays, days: await this.leaving.graceDays() });
  }

  private async form(cardholder: Cardholder, typed: PageModel = {}): Promise<PageResult> {
    return page('information-service/leave', {
      backTo: '/account',
      firstName: cardholder.firstName,
      ...(await listOf(this.database, cardholder.id)),
      days: await this.leaving.graceDays(),
      ...typed,
    });
  }

  private async own(who: Who, id: string): Promise<Cardholder> {
    const found = (await this.ofAccount(who)).find((cardholder) => cardholder.id === id);
    if (!found) throw new CardholderNotFound();
    return found;
  }

  private ofAccount({ accountId }: Who): Promise<Cardholder[]> {
    const where = { accountId, leftAt: IsNull() };
    return this.database.reader.find(Cardholder, { where, order: { joinedAt: 'ASC', id: 'ASC' } });
  }
}

/** The same for somebody who said so on the phone or wrote a letter. */
@For('registrar', 'administrator')
@ApiExcludeController()
@Controller('staff/leaving/:holder')
export class StaffLeavingPages {
  constructor(
    private readonly cardholders: Cardholders,
    private readonly leavings: CardLeaving,
    private readonly leaving: Leaving,
    private readonly database: Database,
  ) {}

  @Get()
  async ask(@Param('holder', ParseUUIDPipe) holder: string): Promise<PageResult> {
    return this.form(await this.person(holder));
  }

  @Post()
  async leave(@Who() who: Who, @Param('holder', ParseUUIDPipe) holder: string, @Body() body: unknown) {
    const found = await this.person(holder);
    const { value, errors, form } = await readForm(staffForm, body);
    if (errors) return this.form(found, { form, errors });
    const { how, reason } = value;
    const stays = value.stay === 'stay';
    await this.leavings.leave(holder, { stay: stays, how, actor: who.actor(), why: reason });
    return page('information-service/left', { stays, staff: true, days: await this.leaving.graceDays() });
  }

  private async form({ cardholder }: Found, typed: PageModel = {}): Promise<PageResult> {
    return page('information-service/leave', {
      staff: true,
      backTo: `/staff/cards/${cardholder.id}`,
      firstName: `${cardholder.firstName} ${cardholder.lastName}`,
      ...(await listOf(this.database, cardholder.id)),
      days: await this.leaving.graceDays(),
      ...typed,
    });
  }

  private async person(id: string): Promise<Found> {
    const found = await this.cardholders.person(id);
    if (found.cardholder.leftAt) throw new CardholderNotFound();
    return found;
  }
}

/** Whether the carers service knows them, so that staying is a question. */
async function listOf(database: Database, cardholderId: string): Promise<{ listed: boolean }> {
  return { listed: await database.reader.existsBy(Subscriber, { cardholderId }) };
}
