import { type Actor, Audit } from '@carers/audit';
import {
  Card,
  CardHasEnded,
  Cardholder,
  CardholderEvents,
  CardholderNotFound,
  CardIsSuspended,
  renewableFrom,
} from '@carers/cards';
import { Database, type Tx } from '@carers/database';
import { ageOn, Chance, Clock, Ids, type LocalDate } from '@carers/kernel';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { In, Not } from 'typeorm';
import type { AddressAnswer, Answers } from '../answers.js';
import { Application, type WaitReason } from '../application.entity.js';
import { ApplicationMail } from '../application-mail.js';
import { RenewalTooEarly } from '../applications.problems.js';
import { Intake } from '../intake.js';
import { Issuing } from '../issuing.js';
import { searchable } from '../matches.js';
import { newReference } from '../reference.js';
import { endedCaring } from './renewing.js';

const rule: Actor = { kind: 'system', id: 'automatic-approval' };
const open = In(['submitted', 'more_information']);

/** What somebody says when they renew. */
export interface RenewalAnswers {
  caring: 'yes' | 'used_to';
  lookedAfter: NonNullable<Answers['lookedAfter']>;
  hoursOfCaring: number | null;
  /** A new address; null where it is as before. */
  address: AddressAnswer | null;
  caredFor: Answers['caredFor'] | null;
}

/** Who asks: for which card as they saw it, by which door. */
export interface RenewalAsked {
  cardholderId: string;
  /** Id and last day of the card on the form: a form that was sent before must not renew once more. */
  card: { id: string; validUntil: LocalDate };
  source: 'web' | 'paper' | 'api';
  /** By a link, which shows nothing but the card: a new address waits for a person. */
  byLink: boolean;
  paper?: Answers['paper'];
  actor: Actor;
}

/** Where somebody stands: asked and not decided, refused for the time that runs now, or neither. */
export interface RenewalState {
  open: Application | null;
  declined: Application | null;
}

/** More time for a card that somebody has: asked for by them, decided by the scheme's rule or by staff. */
@Injectable()
export class Renewals implements OnModuleInit {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly chance: Chance,
    private readonly intake: Intake,
    private readonly issuing: Issuing,
    private readonly mail: ApplicationMail,
    private readonly audit: Audit,
    private readonly events: CardholderEvents,
  ) {}

  /** Who gives the card back renews nothing any more. */
  onModuleInit(): void {
    this.events.on('card-given-back', async (tx, { cardholderId }) => {
      const waiting = await tx.find(Application, { where: { cardholderId, kind: 'renewal', state: open } });
      for (const application of waiting) {
        application.withdraw('card-given-back', this.clock.now(), this.clock.now());
        await tx.save(application);
      }
    });
  }

  /** What became of the last wish for more time for a card. */
  async stateOf(card: Card): Promise<RenewalState> {
    const [last] = await this.database.reader.find(Application, {
      where: { cardholderId: card.cardholderId, kind: 'renewal' },
      order: { createdAt: 'DESC', id: 'DESC' },
      take: 1,
    });
    const isOpen = last?.state === 'submitted' || last?.state === 'more_information';
    return {
      open: isOpen ? last : null,
      declined: last?.state === 'declined' && last.cardId === card.id ? last : null,
    };
  }

  /**
   * Asks for more time. Asked twice, the first time counts: gives the application that waits, or null where the card was
   * renewed or replaced since the form was made. What the scheme's policy calls low risk is approved at once.
   * @throws CardholderNotFound, CardHasEnded, CardIsSuspended, RenewalTooEarly
   */
  async ask(asked: RenewalAsked, said: RenewalAnswers): Promise<Application | null> {
    return this.database.transaction(async (tx) => {
      const lock = { mode: 'pessimistic_write' } as const;
      const { cardholderId } = asked;
      const cardholder = await tx.findOne(Cardholder, { where: { id: cardholderId }, lock });
      if (!cardholder || cardholder.leftAt) throw new CardholderNotFound();
      const waiting = await tx.findOneBy(Application, { cardholderId, kind: 'renewal', state: open });
      if (waiting) return waiting;
      const card = await tx.findOne(Card, { where: { cardholderId, status: Not('revoked' as const) }, lock });
      if (!card) throw new CardHasEnded();
      if (card.id !== asked.card.id || card.validUntil !== asked.card.validUntil) return null;
      if (card.status === 'suspended') throw new CardIsSuspended();
      const { policy, today } = await this.intake.context();
      // Staff are told on the telephone when it suits people, not when the first reminder goes out.
      if (asked.source !== 'paper' && today < renewableFrom(card, policy)) throw new RenewalTooEarly();
      return this.enter(tx, cardholder, card, asked, said);
    });
  }

  private async enter(tx: Tx, holder: Cardholder, card: Card, asked: RenewalAsked, said: RenewalAnswers) {
    const now = this.clock.now();
    const answers = answersOf(holder, asked, said);
    const application = tx.create(Application, {
      id: this.ids.next(),
      reference: newReference(this.chance),
      kind: 'renewal',
      state: 'submitted',
      source: asked.source,
      referrerCode: null,
      locale: holder.locale,
      answers,
      ...searchable({ answers }),
      regionId: said.address?.regionId ?? said.caredFor?.regionId ?? holder.regionId,
      waitsFor: await this.reasonsToWait(tx, holder, card, asked, said),
      dismissedMatches: [],
      submittedAt: now,
      cardholderId: holder.id,
      cardId: card.id,
      createdAt: now,
      changedAt: now,
    });
    await tx.insert(Application, application);
    const subject = { kind: 'application', id: application.id };
    const { waitsFor, source, regionId } = application;
    const details = { kind: 'renewal', source, regionId, waitsFor };
    await this.audit.record(tx, { action: 'application.submitted', subject, actor: asked.actor, details });
    if (waitsFor.length > 0) {
      await this.mail.renewalReceived(tx, application);
      return application;
    }
    application.approve(rule.id, now);
    await this.issuing.issue(tx, application, rule);
    await this.audit.record(tx, { action: 'application.approved', subject, actor: rule });
    await tx.save(application);
    return application;
  }

  /** Why a person has to look at it; none where the scheme renews at once. */
  private async reasonsToWait(tx: Tx, holder: Cardholder, card: Card, asked: RenewalAsked, said: RenewalAnswers) {
    const { policy, today } = await this.intake.context();
    const { approval, proof, eligibility } = policy;
    const reasons: WaitReason[] = [];
    if (!approval.automatic) reasons.push('policy');
    const drawn = this.chance.below(1_000_000) < proof.askedShare * 1_000_000;
    if (proof.method !== 'self-declaration' || drawn) reasons.push('proof');
    const age = holder.birthDate ? ageOn(holder.birthDate, today) : 0;
    // Below the second age an adult agreed to the first card: somebody asks them.
    if (age < Math.max(approval.waitUnderAge, eligibility.agreementUnder)) reasons.push('age');
    if (said.caring === 'used_to' || (await endedCaring(tx, holder.id)).length > 0) reasons.push('caring');
    if (card.validUntil < today) reasons.push('lapsed');
    if (said.address && asked.byLink) reasons.push('moved');
    return reasons;
  }
}

/** What is known and what was said, in the shape of an application. */
function answersOf(holder: Cardholder, { paper }: RenewalAsked, said: RenewalAnswers): Answers {
  const { firstName, lastName, birthDate, email, mobile, contactChannel, address, postcode, regionId } = holder;
  return {
    caring: said.caring,
    unpaid: true,
    name: { first: firstName, last: lastName },
    ...(birthDate && { birthDate }),
    lookedAfter: said.lookedAfter,
    hoursOfCaring: said.hoursOfCaring,
    address: said.address ?? { lines: address?.split('\n') ?? [], postcode, regionId, outside: null },
    moved: said.address !== null,
    ...(said.caredFor && { caredFor: said.caredFor }),
    contact: { channel: contactChannel, email, mobile },
    ...(paper && { paper }),
  };
}
