import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, isUuid, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CaseEvents } from '../cases/case-events.js';
import { CaseLedger } from '../cases/case-ledger.js';
import { CaseParts } from '../cases/case-parts.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import { checkOf } from '../programmes/programme.js';
import { Programmes } from '../programmes/programmes.js';
import { NotInThisCase, NotTheirMove, ReasonNeeded } from '../vetting.problems.js';
import { answerableStates, mustBeIn, reviewableStates } from './case-states.js';
import { CheckAcceptance } from './check-acceptance.js';
import { CheckList } from './check-list.js';
import { type CheckAnswer, VettingCheck } from './vetting-check.entity.js';

/** The checks of cases: answered by the business, accepted or not by officers, lapsing with their date. */
@Injectable()
export class CaseChecks {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly audit: Audit,
    private readonly ledger: CaseLedger,
    private readonly parts: CaseParts,
    private readonly programmes: Programmes,
    private readonly list: CheckList,
    private readonly acceptance: CheckAcceptance,
    private readonly events: CaseEvents,
  ) {}

  /** The checks of a case in the order of the programme, also those that are no longer needed. */
  async of(caseId: string): Promise<VettingCheck[]> {
    return isUuid(caseId) ? this.list.of(this.database.reader, caseId) : [];
  }

  /** @param through the transaction at hand, where there is one @throws NotInThisCase */
  async get(checkId: string, through: EntityManager = this.database.reader): Promise<VettingCheck> {
    const check = isUuid(checkId) ? await through.findOneBy(VettingCheck, { id: checkId }) : null;
    if (!check) throw new NotInThisCase();
    return check;
  }

  /**
   * Takes the business's answer to a check. An accepted check stays accepted until an officer has looked at the new answer.
   * @throws CaseNotFound, NotInThisCase, CaseHasMovedOn, CheckHasMovedOn, NotTheirMove, TiedToBusiness
   */
  async answer(tx: Tx, caseId: string, checkKey: string, answer: CheckAnswer, actor: Actor): Promise<VettingCheck> {
    const vettingCase = await this.ledger.locked(tx, caseId);
    await this.parts.of(tx, actor, vettingCase.businessId);
    mustBeIn(vettingCase, answerableStates);
    const check = await tx.findOneBy(VettingCheck, { caseId: vettingCase.id, key: checkKey });
    if (!check) throw new NotInThisCase();
    check.answerWith(answer, actor.id, this.clock.now());
    await this.changed(tx, vettingCase, check, 'vetting-check.answered', actor);
    return check;
  }

  /**
   * Accepts a check until a day. Without one it follows from the programme: so many months, or the date in the answer.
   * @param given.validUntil null only where the programme lets it hold for ever
   * @throws NotInThisCase, CaseHasMovedOn, CheckHasMovedOn, NotTheirMove, TiedToBusiness, ValidityNotPossible, CaseNotReady
   *   while references or disclosures are missing
   */
  async accept(
    tx: Tx,
    checkId: string,
    given: { validUntil?: LocalDate | null; note?: string | null; claimId?: string | null },
    actor: Actor,
  ): Promise<VettingCheck> {
    const { vettingCase, check } = await this.underReview(tx, checkId, actor);
    const programme = await this.programmes.version(vettingCase.programmeId);
    const validUntil = await this.acceptance.validityOf(tx, check, checkOf(programme, check.key)!, given);
    check.accept(actor.id, this.clock.now(), validUntil, given.note?.trim() || null, given.claimId ?? null);
    await this.changed(tx, vettingCase, check, 'vetting-check.accepted', actor, null, { validUntil });
    return check;
  }

  /**
   * Sends a check back to the business, with what to put right.
   * @throws NotInThisCase, CaseHasMovedOn, CheckHasMovedOn, NotTheirMove, TiedToBusiness, ReasonNeeded
   */
  async reject(tx: Tx, checkId: string, reason: string, actor: Actor): Promise<VettingCheck> {
    if (!reason.trim()) throw new ReasonNeeded();
    const { vettingCase, check } = await this.underReview(tx, checkId, actor);
    check.reject(actor.id, this.clock.now(), reason.trim());
    await this.changed(tx, vettingCase, check, 'vetting-check.rejected', actor, reason.trim());
    return check;
  }

  /** The date of an accepted check is past: for the nightly job. @throws NotInThisCase, CheckHasMovedOn */
  async lapse(tx: Tx, checkId: string, actor: Actor): Promise<VettingCheck> {
    const { vettingCase, check } = await this.locked(tx, checkId);
    check.lapse();
    await this.changed(tx, vettingCase, check, 'vetting-check.lapsed', actor);
    return check;
  }

  private async underReview(tx: Tx, checkId: string, actor: Actor) {
    const found = await this.locked(tx, checkId);
    const part = await this.parts.of(tx, actor, found.vettingCase.businessId);
    if (part === 'owner') throw new NotTheirMove();
    mustBeIn(found.vettingCase, reviewableStates);
    return found;
  }

  /** The case is locked before its check, as everywhere: two people then wait for one another and never for ever. */
  private async locked(tx: Tx, checkId: string): Promise<{ vettingCase: VettingCase; check: VettingCheck }> {
    const { caseId } = await this.get(checkId, tx);
    const vettingCase = await this.ledger.locked(tx, caseId);
    const check = await tx.findOneBy(VettingCheck, { id: checkId });
    if (!check) throw new NotInThisCase();
    return { vettingCase, check };
  }

  private async changed(
    tx: Tx,
    vettingCase: VettingCase,
    check: VettingCheck,
    action: string,
    actor: Actor,
    reason: string | null = null,
    details: Record<string, unknown> = {},
  ): Promise<void> {
    await tx.save(check);
    await this.list.refreshWaiting(tx, vettingCase);
    vettingCase.changedAt = this.clock.now();
    await tx.save(vettingCase);
    const subject = { kind: 'vetting_case', id: vettingCase.id };
    await this.audit.record(tx, { action, subject, actor, reason, details: { check: check.key, ...details } });
    await this.events.announce(tx, 'check_changed', { case: vettingCase, check, actor });
  }
}
