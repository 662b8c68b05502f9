import { For, SignedIn, Who } from '@carers/access';
import type { Actor } from '@carers/audit';
import { Database } from '@carers/database';
import { page, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Injectable, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Cardholder } from './cardholder.entity.js';
import { Cardholders } from './cardholders.js';
import { CardholderNotFound } from './cards.problems.js';
import { CaringRoles } from './caring-roles.js';
import { hoursForm } from './hours-of-caring.form.js';

/** The page on which hours of caring are put right, and what becomes of it. */
@Injectable()
export class HoursDesk {
  constructor(
    private readonly database: Database,
    private readonly caring: CaringRoles,
  ) {}

  show({ firstName, lastName, hoursOfCaring }: Cardholder, back: string, shown: object = {}): PageResult {
    return page('cards/hours', { form: { hoursOfCaring }, ...shown, name: `${firstName} ${lastName}`, back });
  }

  async save(holder: Cardholder, back: string, body: unknown, actor: Actor): Promise<PageResult | RedirectResult> {
    const { value, errors, form } = await readForm(hoursForm, body);
    if (errors) return this.show(holder, back, { form, errors });
    await this.database.transaction((tx) => this.caring.tellHours(tx, holder.id, value.hoursOfCaring, actor));
    return redirect(back, 303, { notice: 'cards:hours.saved' });
  }
}

/** Carers' own. */
@SignedIn()
@ApiExcludeController()
@Controller('account/details/:holder/hours')
export class AccountHoursPages {
  constructor(
    private readonly cardholders: Cardholders,
    private readonly desk: HoursDesk,
  ) {}

  @Get()
  async show(@Who() who: Who, @Param('holder') holder: string) {
    return this.desk.show(await this.own(who, holder), '/account/details');
  }

  @Post()
  async save(@Who() who: Who, @Param('holder') holder: string, @Body() body: unknown) {
    return this.desk.save(await this.own(who, holder), '/account/details', body, who.actor('carer'));
  }

  private async own(who: Who, holder: string): Promise<Cardholder> {
    const held = (await this.cardholders.ofAccount(who.accountId)).find(({ cardholder }) => cardholder.id === holder);
    if (!held) throw new CardholderNotFound();
    return held.cardholder;
  }
}

/** A cardholder's, as they say it on the telephone. Opening it is written down like the record itself. */
@For('registrar', 'administrator')
@ApiExcludeController()
@Controller('staff/cards/:holder/hours')
export class StaffHoursPages {
  constructor(
    private readonly cardholders: Cardholders,
    private readonly desk: HoursDesk,
  ) {}

  @Get()
  async show(@Who() who: Who, @Param('holder', ParseUUIDPipe) holder: string) {
    const { cardholder } = await this.cardholders.person(holder);
    await this.cardholders.noteRead(holder, who.actor(), null);
    return this.desk.show(cardholder, `/staff/cards/${holder}`);
  }

  @Post()
  async save(@Who() who: Who, @Param('holder', ParseUUIDPipe) holder: string, @Body() body: unknown) {
    const { cardholder } = await this.cardholders.person(holder);
    return this.desk.save(cardholder, `/staff/cards/${holder}`, body, who.actor());
  }
}
