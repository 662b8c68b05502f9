import { readEmail, readMobile } from '@carers/access';
import { type Actor, Audit } from '@carers/audit';
import { Database, keyedHash, type Tx } from '@carers/database';
import { addDays, Clock, Ids, isUuid } from '@carers/kernel';
import { Messages } from '@carers/messages';
import { Injectable } from '@nestjs/common';
import { endedStates } from '../cases/case-moves.js';
import { CaseLedger } from '../cases/case-ledger.js';
import { CaseParts } from '../cases/case-parts.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import { checkOf, type ProgrammeCheck } from '../programmes/programme.js';
import { Programmes } from '../programmes/programmes.js';
import {
  NotInThisCase,
  NotTheirMove,
  RefereeNeedsCall,
  ReferenceNotOpen,
  ScoresIncomplete,
  TooManyEntries,
} from '../vetting.problems.js';
import { answerableStates, mustBeIn, reviewableStates } from './case-states.js';
import { ReferenceLinks } from './reference-links.js';
import { meanOf, type ReferenceScore, scoreOf } from './reference-score.js';
import { VettingCheck } from './vetting-check.entity.js';
import { type ReferenceAnswer, VettingReference } from './vetting-reference.entity.js';

export type ReferenceRule = NonNullable<ProgrammeCheck['references']>;

/** A referee's own page: what they are asked, about whom. */
export interface OpenReference {
  reference: VettingReference;
  case: VettingCase;
  rule: ReferenceRule;
}

/** Customers whom a business names, and what they tell the scheme. The business sees whom it named, and nothing more. */
@Injectable()
export class References {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly ledger: CaseLedger,
    private readonly parts: CaseParts,
    private readonly programmes: Programmes,
    private readonly links: ReferenceLinks,
    private readonly messages: Messages,
  ) {}

  /** The references of a case with all that was said, oldest first: for officers alone. */
  async of(caseId: string): Promise<VettingReference[]> {
    return this.database.reader.find(VettingReference, {
      where: { caseId },
      order: { createdAt: 'ASC', id: 'ASC' },
      take: 100,
    });
  }

  /** Whom the business named: for the business. Nothing tells whether they were asked or answered. */
  async namedBy(
    caseId: string,
  ): Promise<Pick<VettingReference, 'id' | 'checkId' | 'name' | 'email' | 'phone' | 'job'>[]> {
    return (await this.of(caseId)).map(({ id, checkId, name, email, phone, job }) => ({
      id,
      checkId,
      name,
      email,
      phone,
      job,
    }));
  }

  /**
   * Names a customer.
   * @param customer.email, customer.phone at least one of them
   * @throws NotInThisCase, CaseHasMovedOn, NotTheirMove, TiedToBusiness, TooManyEntries
   */
  async name(
    tx: Tx,
    checkId: string,
    customer: { name: string; email: string | null; phone: string | null; job: string | null },
    actor: Actor,
  ): Promise<VettingReference> {
    const { vettingCase, rule } = await this.checkOf(tx, checkId);
    await this.parts.of(tx, actor, vettingCase.businessId);
    mustBeIn(vettingCase, answerableStates);
    if ((await tx.countBy(VettingReference, { checkId })) >= rule.ask * 4) throw new TooManyEntries(rule.ask * 4);
    const named = tx.create(VettingReference, {
      id: this.ids.next(),
      caseId: vettingCase.id,
      checkId,
      ...customer,
      createdAt: this.clock.now(),
    });
    await tx.insert(VettingReference, named);
    await this.note(tx, 'vetting-reference.named', vettingCase.id, actor, { reference: named.id });
    return named;
  }

  /**
   * Takes back a customer, until the case is sent in. Later it is refused for all alike: that one can be taken back and
   * another cannot would tell the business who was asked.
   * @throws NotInThisCase, CaseHasMovedOn, NotTheirMove, TiedToBusiness
   */
  async unname(tx: Tx, referenceId: string, actor: Actor): Promise<void> {
    const { vettingCase } = await this.one(tx, referenceId);
    await this.parts.of(tx, actor, vettingCase.businessId);
    mustBeIn(vettingCase, ['draft']);
    await tx.delete(VettingReference, { id: referenceId });
    await this.note(tx, 'vetting-reference.unnamed', vettingCase.id, actor, { reference: referenceId });
  }

  /**
   * Writes to a customer with a link of their own, by e-mail or else by text. Asked again, the earlier link ends.
   * @throws NotInThisCase, NotTheirMove, TiedToBusiness, CaseHasMovedOn, ReferenceNotOpen once answered, RefereeNeedsCall
   */
  async request(tx: Tx, referenceId: string, actor: Actor): Promise<void> {
    const { vettingCase, reference, rule } = await this.one(tx, referenceId);
    await this.parts.officer(tx, actor, vettingCase.businessId);
    mustBeIn(vettingCase, reviewableStates);
    if (reference.answeredAt || reference.declinedAt) throw new ReferenceNotOpen();
    const contact =
      (reference.email && readEmail(reference.email)) || (reference.phone && readMobile(reference.phone)) || null;
    if (!contact) throw new RefereeNeedsCall();
    reference.askedAt = this.clock.now();
    reference.askedBy = actor.id;
    reference.openUntil = addDays(this.clock.today(), rule.linkDays);
    reference.tokenHash = keyedHash(this.links.tokenFor(reference), 'vetting-reference');
    await tx.save(reference);
    await this.messages.queue(tx, {
      to: { channel: contact.channel, address: contact.address, name: reference.name },
      template: 'vetting/reference-request',
      about: { kind: 'vetting_reference', id: reference.id },
    });
    await this.note(tx, 'vetting-reference.asked', vettingCase.id, actor, { reference: referenceId });
  }

  /** What a link opens. @throws ReferenceNotOpen when it is wrong, over, or was used */
  async open(token: string): Promise<OpenReference> {
    const reference = await this.byToken(this.database.reader, token);
    const vettingCase = await this.database.transaction((tx) => this.ledger.locked(tx, reference.caseId));
    mustGoOn(vettingCase);
    const check = await this.database.reader.findOneByOrFail(VettingCheck, { id: reference.checkId });
    return { reference, case: vettingCase, rule: await this.ruleOf(vettingCase, check) };
  }

  /** Takes a referee's answer, once. @throws ReferenceNotOpen, ScoresIncomplete */
  async answer(token: string, answer: ReferenceAnswer): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { id } = await this.byToken(tx, token);
      const { vettingCase, reference, rule } = await this.one(tx, id);
      mustGoOn(vettingCase);
      // Looked at again under the case's lock: the same link may be answered in two windows.
      if (!reference.tokenHash || reference.answeredAt) throw new ReferenceNotOpen();
      await this.keep(tx, reference, rule, answer, { kind: 'link', id: reference.id });
    });
  }

  /** A referee does not want to answer, or does not know the business. @throws ReferenceNotOpen */
  async decline(token: string): Promise<void> {
    await this.database.transaction(async (tx) => {
      const { id } = await this.byToken(tx, token);
      const { vettingCase, reference } = await this.one(tx, id);
      mustGoOn(vettingCase);
      if (!reference.tokenHash) throw new ReferenceNotOpen();
      Object.assign(reference, { tokenHash: null, declinedAt: this.clock.now() });
      await tx.save(reference);
      await this.note(tx, 'vetting-reference.declined', reference.caseId, { kind: 'link', id }, { reference: id });
    });
  }

  /** An officer rang and writes down what was said. @throws as `request`, ScoresIncomplete */
  async answerByPhone(tx: Tx, referenceId: string, answer: ReferenceAnswer, actor: Actor): Promise<void> {
    const { vettingCase, reference, rule } = await this.one(tx, referenceId);
    await this.parts.officer(tx, actor, vettingCase.businessId);
    mustBeIn(vettingCase, reviewableStates);
    if (reference.answeredAt) throw new ReferenceNotOpen();
    await this.keep(tx, reference, rule, answer, actor);
  }

  /** What the references of a check come to: for officers alone. */
  async scoreOf(checkId: string): Promise<ReferenceScore> {
    return scoreOf(await this.database.reader.findBy(VettingReference, { checkId }));
  }

  private async keep(tx: Tx, reference: VettingReference, rule: ReferenceRule, answer: ReferenceAnswer, actor: Actor) {
    const scores = rule.questions.map(({ key }) => answer.scores[key] ?? 0);
    if (!scores.every((score) => Number.isInteger(score) && score >= 1 && score <= 5)) throw new ScoresIncomplete();
    Object.assign(reference, {
      answer: {
        scores: Object.fromEntries(rule.questions.map(({ key }, at) => [key, scores[at]!])),
        words: answer.words,
      },
      mean: meanOf(scores),
      answeredAt: this.clock.now(),
      answeredBy: actor.kind === 'account' ? actor.id : 'link',
      tokenHash: null,
      declinedAt: null,
    });
    await tx.save(reference);
    await this.note(tx, 'vetting-reference.answered', reference.caseId, actor, { reference: reference.id });
  }

  private async byToken(from: Pick<Tx, 'findOneBy'>, token: string): Promise<VettingReference> {
    const tokenHash = /^[A-Za-z0-9_-]{22}$/.test(token) ? keyedHash(token, 'vetting-reference') : null;
    const found = tokenHash ? await from.findOneBy(VettingReference, { tokenHash }) : null;
    if (!found || found.openUntil! < this.clock.today()) throw new ReferenceNotOpen();
    return found;
  }

  private async one(tx: Tx, referenceId: string) {
    const found = isUuid(referenceId) ? await tx.findOneBy(VettingReference, { id: referenceId }) : null;
    if (!found) throw new NotInThisCase();
    const { vettingCase, rule } = await this.checkOf(tx, found.checkId);
    const reference = await tx.findOneBy(VettingReference, { id: referenceId });
    if (!reference) throw new NotInThisCase();
    return { vettingCase, reference, rule };
  }

  private async checkOf(tx: Tx, checkId: string): Promise<{ vettingCase: VettingCase; rule: ReferenceRule }> {
    const check = isUuid(checkId) ? await tx.findOneBy(VettingCheck, { id: checkId }) : null;
    if (!check) throw new NotInThisCase();
    const vettingCase = await this.ledger.locked(tx, check.caseId);
    return { vettingCase, rule: await this.ruleOf(vettingCase, check) };
  }

  private async ruleOf({ programmeId }: VettingCase, { key }: VettingCheck): Promise<ReferenceRule> {
    const rule = checkOf(await this.programmes.version(programmeId), key)?.references;
    if (!rule) throw new NotTheirMove();
    return rule;
  }

  private async note(
    tx: Tx,
    action: string,
    id: string,
    actor: Actor,
    details: Record<string, unknown>,
  ): Promise<void> {
    await this.audit.record(tx, { action, subject: { kind: 'vetting_case', id }, actor, details });
  }
}

/** Of a case that has ended nothing more is asked, and nothing taken that it is not needed for. @throws ReferenceNotOpen */
function mustGoOn({ state }: VettingCase): void {
  if (endedStates.includes(state)) throw new ReferenceNotOpen();
}
