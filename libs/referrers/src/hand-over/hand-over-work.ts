import { type Actor, Audit } from '@carers/audit';
import { Cardholder, type NewPerson } from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import {
  channels,
  type ConsentAnswer,
  KnownPeople,
  type OfficerScope,
  purposes,
  Registrations,
  surelySame,
} from '@carers/information-service';
import { Clock, InvalidInput, isUuid } from '@carers/kernel';
import { OutsideTerritory, Places, SchemeService } from '@carers/places';
import { Injectable } from '@nestjs/common';
import { In, type FindOptionsWhere } from 'typeorm';
import { Referrer } from '../referrer.entity.js';
import { CallNotedAlready, HandOverNotFound } from '../referrers.problems.js';
import { HandOver, type HandOverEnd, type HandOverState, handOverStates } from './hand-over.entity.js';
import { HandOverCall, type CallOutcome } from './hand-over-call.entity.js';
import type { RegisterForm } from './hand-over.forms.js';

/** What officers look at: those who wait for a call, those whom nobody reached, or those that came to an end. */
export const handOverViews = ['open', 'not_reached', 'closed'] as const;
export type HandOverView = (typeof handOverViews)[number];

const statesOf: Readonly<Record<HandOverView, readonly HandOverState[]>> = {
  open: ['new', 'called'],
  not_reached: ['not_reached'],
  closed: ['registered', 'declined', 'lapsed'],
};

/** What officers do with carers who were handed over: they call them, and write down what came of it. */
@Injectable()
export class HandOverWork {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly schemes: SchemeService,
    private readonly places: Places,
    private readonly registrations: Registrations,
    private readonly known: KnownPeople,
  ) {}

  /**
   * A page of the queue. Open ones: who waits longest first; the rest: the newest first.
   * @param after the id with which the page before ended
   */
  async list(
    scope: OfficerScope,
    view: HandOverView,
    after: string | null,
    size = 50,
  ): Promise<{ handOvers: HandOver[]; next: string | null }> {
    const open = view === 'open';
    const ids = await this.database.query<{ id: string }>(
      `SELECT id FROM hand_over
        WHERE ($1::uuid[] IS NULL OR carers_service_id = ANY ($1)) AND state = ANY ($2)
          AND ($3::uuid IS NULL OR (received_at, id) ${open ? '>' : '<'}
            (SELECT last.received_at, last.id FROM hand_over last WHERE last.id = $3))
        ORDER BY received_at ${open ? '' : 'DESC'}, id ${open ? '' : 'DESC'} LIMIT $4`,
      [scope, statesOf[view], after && isUuid(after) ? after : null, size + 1],
    );
    const shown = ids.slice(0, size).map(({ id }) => id);
    const rows = await this.database.reader.findBy(HandOver, { id: In(shown) });
    const found = new Map(rows.map((row) => [row.id, row]));
    return { handOvers: shown.map((id) => found.get(id)!), next: ids.length > size ? shown.at(-1)! : null };
  }

  /** How many of each state somebody may see. */
  async counts(scope: OfficerScope): Promise<Record<HandOverState, number>> {
    const rows = await this.database.query<{ state: HandOverState; count: number }>(
      `SELECT state, count(*)::integer AS count FROM hand_over
        WHERE ($1::uuid[] IS NULL OR carers_service_id = ANY ($1)) GROUP BY state`,
      [scope],
    );
    const found = new Map(rows.map(({ state, count }) => [state, count]));
    return Object.fromEntries(handOverStates.map((state) => [state, found.get(state) ?? 0])) as never;
  }

  /** One with its calls; that it was looked at is written down. @throws HandOverNotFound */
  async open(id: string, scope: OfficerScope, actor: Actor): Promise<{ handOver: HandOver; calls: HandOverCall[] }> {
    const handOver = isUuid(id) ? await this.database.reader.findOneBy(HandOver, whereOf(id, scope)) : null;
    if (!handOver) throw new HandOverNotFound();
    await this.audit.note({ action: 'hand-over.viewed', subject: { kind: 'hand-over', id }, actor });
    const calls = await this.database.reader.find(HandOverCall, {
      where: { handOverId: id },
      order: { number: 'ASC' },
    });
    return { handOver, calls };
  }

  /**
   * A call that ended nothing; the last without an answer ends it as not reached.
   * @param noted how many calls the officer saw: another one in between is theirs to look at first
   * @throws HandOverNotFound, HandOverClosed, CallNotedAlready
   */
  async called(id: string, outcome: CallOutcome, noted: number, scope: OfficerScope, actor: Actor): Promise<void> {
    const { referrers } = await this.schemes.policyOn();
    await this.database.transaction(async (tx) => {
      const handOver = await this.locked(tx, id, scope);
      const calls = await tx.countBy(HandOverCall, { handOverId: handOver.id });
      if (calls !== noted) throw new CallNotedAlready();
      const at = this.clock.now();
      handOver.called(outcome, referrers.callAttempts, actor.id, at);
      await tx.insert(HandOverCall, {
        handOverId: handOver.id,
        number: calls + 1,
        at,
        accountId: actor.id,
        outcome,
      });
      await this.save(tx, handOver, 'called', actor, { outcome, state: handOver.state });
    });
  }

  /** Their end without a registration; a carer who said no is forgotten at once. @throws HandOverNotFound, HandOverClosed */
  async close(id: string, as: Exclude<HandOverEnd, 'registered'>, scope: OfficerScope, actor: Actor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const handOver = await this.locked(tx, id, scope);
      handOver.close(as, actor.id, this.clock.now());
      await this.save(tx, handOver, as, actor);
    });
  }

  /**
   * Registers the carer with the carers service of their region, with the referrer as the source and every answer they gave
   * on the telephone, and takes them out of the hand-over: all of it, or nothing.
   * @throws HandOverNotFound, HandOverClosed, InvalidInput for a home outside the territory
   */
  async register(id: string, form: RegisterForm, scope: OfficerScope, actor: Actor): Promise<void> {
    const regionId = await this.regionOf(form.postcode);
    await this.database.transaction(async (tx) => {
      const handOver = await this.locked(tx, id, scope);
      const { code } = await tx.findOneByOrFail(Referrer, { id: handOver.referrerId });
      handOver.close('registered', actor.id, this.clock.now());
      const person: NewPerson = {
        firstName: form.firstName,
        lastName: form.lastName,
        birthDate: null,
        email: form.email,
        mobile: form.mobile,
        contactChannel: form.email ? 'email' : form.mobile ? 'text' : 'post',
        address: [form.line1, form.line2, form.town].filter(Boolean).join('\n') || null,
        postcode: form.postcode,
        regionId,
        caringRoles: [form.role],
        locale: handOver.locale,
      };
      const sign = { consents: answersOf(form), source: { kind: 'referrer', code }, how: 'phone', actor } as const;
      const same = await this.knownAs(tx, person);
      if (same) await this.registrations.registerKnown(tx, { ...sign, cardholder: same });
      else await this.registrations.registerWithoutCard(tx, person, sign);
      await this.save(tx, handOver, 'registered', actor);
    });
  }

  /** Who they are in the registry already, where that is beyond doubt. */
  private async knownAs(tx: Tx, person: NewPerson): Promise<Cardholder | null> {
    await this.known.holdDoor(tx);
    const [matches] = await this.known.likely(
      [{ ...person, email: person.email ?? null, mobile: person.mobile ?? null }],
      tx,
    );
    const same = surelySame(matches!);
    return same && tx.findOneByOrFail(Cardholder, { id: same.cardholderId });
  }

  private async regionOf(postcode: string): Promise<string> {
    try {
      return (await this.places.find(postcode)).regionId;
    } catch (problem) {
      if (!(problem instanceof OutsideTerritory)) throw problem;
      throw new InvalidInput([{ field: 'postcode', message: 'referrers:errors.outside' }]);
    }
  }

  private async locked(tx: Tx, id: string, scope: OfficerScope): Promise<HandOver> {
    const where = whereOf(id, scope);
    const handOver = isUuid(id) ? await tx.findOne(HandOver, { where, lock: { mode: 'pessimistic_write' } }) : null;
    if (!handOver) throw new HandOverNotFound();
    return handOver;
  }

  private async save(tx: Tx, handOver: HandOver, what: string, actor: Actor, details = {}): Promise<void> {
    await tx.save(handOver);
    const subject = { kind: 'hand-over', id: handOver.id };
    await this.audit.record(tx, { action: `hand-over.${what.replace('_', '-')}`, subject, actor, details });
  }
}

function whereOf(id: string, scope: OfficerScope): FindOptionsWhere<HandOver> {
  return { id, ...(scope && { carersServiceId: In([...scope]) }) };
}

/** Every question that could be asked: by a channel with an address, yes or no. */
function answersOf({ consents, email, mobile, line1 }: RegisterForm): ConsentAnswer[] {
  const reached = { email, text: mobile, post: line1 };
  return purposes.flatMap((purpose) =>
    channels
      .filter((channel) => reached[channel])
      .map((channel) => ({ purpose, channel, given: consents.includes(`${purpose}.${channel}`) })),
  );
}
