import { For, Who } from '@carers/access';
import { Audit } from '@carers/audit';
import { type Cardholder } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { Clock, dateInLondon } from '@carers/kernel';
import { page, type PageModel, type PageResult, readForm, redirect, type RedirectResult } from '@carers/pages';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import type { z } from 'zod';
import { SubscriberNotFound } from '../information-service.problems.js';
import { Subscribers } from '../list/subscribers.js';
import { scopeOf } from '../officer-scope.js';
import { channels } from '../purposes.js';
import type { Subscriber } from '../subscriber.entity.js';
import { CaringEnds, meanwhiles } from './caring-ends.js';
import { holdReasons } from './hold-reasons.js';
import { Households } from './households.js';
import { caringEndedForm, diedForm, holdForm, plainForm, releaseForm, toldBy } from './situation.forms.js';
import { situationView } from './situation.presenter.js';
import { Situations } from './situations.js';
import { SubscriberHolds } from './subscriber-holds.js';

type Answer = Promise<PageResult | RedirectResult>;
const words = 'information-service:situation';

/**
 * A death, a move, or a problem with an address: what an officer writes down about one of their people, and puts right
 * again. Nothing here sends a message to anybody.
 */
@Controller('staff/subscribers/:id')
@For('carers_service_officer', 'administrator')
export class SituationPages {
  constructor(
    private readonly subscribers: Subscribers,
    private readonly situations: Situations,
    private readonly holds: SubscriberHolds,
    private readonly households: Households,
    private readonly caringEnds: CaringEnds,
    private readonly database: Database,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  @Get('situation')
  async show(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    const { subscriber, situation, name } = await this.opened(who, id);
    const subject = { kind: 'subscriber', id: subscriber.id };
    await this.audit.note({ action: 'subscriber.viewed', subject, actor: who.actor() });
    return page('information-service/staff/situation', {
      name,
      ...situationView(subscriber, situation, scopeOf(who)),
    });
  }

  @Get('died')
  async askDied(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    return this.form(who, id, 'died');
  }

  @Post('died')
  async died(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.save(who, id, 'died', diedForm, body, async (tx, subscriber, { household, ...told }, cardholder) => {
      await this.holds.hold(tx, subscriber.id, 'deceased', { ...told, actor: who.actor() });
      if (household === 'yes') await this.households.stopPost(tx, subscriber.id, cardholder, who.actor());
    });
  }

  @Get('caring-ended')
  async askCaringEnded(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    return this.form(who, id, 'caring-ended');
  }

  @Post('caring-ended')
  async caringEnded(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Answer {
    const form = caringEndedForm(this.clock.today());
    const { value } = await readForm(form, body);
    // The policy is asked before the transaction, which has but one connection.
    const cardUntil = await this.caringEnds.cardUntil(value?.endedOn ?? this.clock.today());
    return this.save(who, id, 'caring-ended', form, body, async (tx, { id: of }, told) => {
      const { others, endedOn, meanwhile } = told;
      const by = { how: told.how, why: told.why, actor: who.actor() };
      if (others === 'yes') await this.caringEnds.quieten(tx, of, meanwhile, by);
      else await this.caringEnds.record(tx, of, { endedOn, cardUntil, meanwhile }, by);
    });
  }

  @Get('caring-goes-on')
  async askCaringGoesOn(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    return this.form(who, id, 'caring-goes-on');
  }

  @Post('caring-goes-on')
  async caringGoesOn(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.save(who, id, 'caring-goes-on', plainForm, body, async (tx, { id: of }, told) => {
      await this.caringEnds.takeBack(tx, of, { ...told, actor: who.actor() });
    });
  }

  @Get('hold')
  async askHold(@Who() who: Who, @Param('id') id: string): Promise<PageResult> {
    return this.form(who, id, 'hold');
  }

  @Post('hold')
  async hold(@Who() who: Who, @Param('id') id: string, @Body() body: unknown): Answer {
    return this.save(who, id, 'hold', holdForm, body, async (tx, { id: of }, { reason, ...told }) => {
      await this.holds.hold(tx, of, reason, { ...told, actor: who.actor() });
    });
  }

  @Get('lift/:reason')
  async askLift(@Who() who: Who, @Param('id') id: string, @Param('reason') of: string): Promise<PageResult> {
    const reason = known(holdReasons, of);
    return this.form(who, id, 'lift', { reason });
  }

  /** A hold that was a mistake, or no longer holds. Of a death recorded by mistake, post to the household goes on too. */
  @Post('lift/:reason')
  async lift(@Who() who: Who, @Param('id') id: string, @Param('reason') of: string, @Body() body: unknown): Answer {
    const reason = known(holdReasons, of);
    const act = async (tx: Tx, subscriber: Subscriber, told: z.output<typeof plainForm>) => {
      await this.holds.lift(tx, subscriber.id, reason, { ...told, actor: who.actor() });
      if (reason === 'deceased') await this.households.resumePost(tx, subscriber.id, who.actor(), told.why);
    };
    return this.save(who, id, 'lift', plainForm, body, act, { reason });
  }

  @Get('release/:channel')
  async askRelease(@Who() who: Who, @Param('id') id: string, @Param('channel') of: string): Promise<PageResult> {
    const channel = known(channels, of);
    return this.form(who, id, 'release', { channel });
  }

  @Post('release/:channel')
  async release(@Who() who: Who, @Param('id') id: string, @Param('channel') of: string, @Body() body: unknown): Answer {
    const channel = known(channels, of);
    const act = async (tx: Tx, subscriber: Subscriber, { why }: z.output<typeof releaseForm>) => {
      await this.situations.release(tx, subscriber, channel, who.actor(), why);
    };
    return this.save(who, id, 'release', releaseForm, body, act, { channel });
  }

  private async opened(who: Who, id: string) {
    const subscriber = await this.subscribers.one(id, scopeOf(who));
    const situation = await this.situations.of(subscriber);
    const { firstName, lastName } = situation.cardholder;
    return { subscriber, situation, name: `${firstName} ${lastName}` };
  }

  private async form(who: Who, id: string, template: string, typed: PageModel = {}): Promise<PageResult> {
    const { subscriber, situation, name } = await this.opened(who, id);
    return page(`information-service/staff/situation-${template}`, {
      name,
      ...situationView(subscriber, situation, scopeOf(who)),
      toldBy: [...toldBy],
      meanwhiles: [...meanwhiles],
      form: { endedOn: dateInLondon(this.clock.now()) },
      ...typed,
    });
  }

  private async save<Schema extends z.ZodType>(
    who: Who,
    id: string,
    template: string,
    schema: Schema,
    body: unknown,
    act: (tx: Tx, subscriber: Subscriber, value: z.output<Schema>, cardholder: Cardholder) => Promise<void>,
    shown: PageModel = {},
  ): Answer {
    const { subscriber, situation } = await this.opened(who, id);
    const read = await readForm(schema, body);
    if (read.errors) return this.form(who, id, template, { ...shown, ...read });
    await this.database.transaction((tx) => act(tx, subscriber, read.value, situation.cardholder));
    return redirect(`/staff/subscribers/${subscriber.id}/situation`, 303, { notice: `${words}.done.${template}` });
  }
}

/** What an address names, if it is one of those there are. @throws SubscriberNotFound */
function known<Value extends string>(values: readonly Value[], name: string): Value {
  const found = values.find((each) => each === name);
  if (!found) throw new SubscriberNotFound();
  return found;
}
