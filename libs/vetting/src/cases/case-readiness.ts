import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { VettingAction } from '../checks/vetting-action.entity.js';
import { VettingCheck } from '../checks/vetting-check.entity.js';
import { checkOf, type Programme } from '../programmes/programme.js';
import { openFacts } from '../programmes/tiers.js';
import { CaseNotReady, ConditionsNotAllowed, ReasonNeeded } from '../vetting.problems.js';
import { type CaseMove, moves } from './case-moves.js';
import type { VettingCase } from './vetting-case.entity.js';
import type { MoveOptions } from './vetting-cases.js';

/** What must be so before a case can be moved, beyond its state and who asks. */
@Injectable()
export class CaseReadiness {
  /** @throws CaseNotReady with what is missing, ConditionsNotAllowed */
  async check(tx: Tx, moving: VettingCase, programme: Programme, move: CaseMove, options: MoveOptions): Promise<void> {
    if (move === 'submit') needNothing(await this.openBeforeSubmitting(tx, moving, programme));
    if (move === 'agree_actions' && (await this.openActions(tx, moving)) === 0)
      needNothing(['vetting:missing.actions']);
    if (move === 'actions_done' && (await this.openActions(tx, moving)) > 0)
      needNothing(['vetting:missing.actions-done']);
    const approves = move === 'approve' || (move === 'recommend' && options.recommendation !== 'refuse');
    if (approves) needNothing(await this.openBeforeApproving(tx, moving, programme, move, options));
    if (move === 'approve' && options.conditions?.trim() && !programme.decision.conditionsAllowed)
      throw new ConditionsNotAllowed();
  }

  /** The checks that keep a case from being approved, as titles. */
  async openChecks(tx: Pick<Tx, 'find'>, moving: VettingCase, programme: Programme): Promise<VettingCheck[]> {
    const checks = await tx.find(VettingCheck, { where: { caseId: moving.id }, order: { position: 'ASC' } });
    return checks.filter(({ state, key }) => state !== 'accepted' && state !== 'not_needed' && checkOf(programme, key));
  }

  /**
   * The reason of a move: words, and the catalogue key of the programme's own reason where one was chosen.
   * @throws ReasonNeeded where the move needs one and there is none
   */
  reasonOf(
    programme: Programme,
    move: CaseMove,
    options: MoveOptions,
  ): { reason: string | null; reasonKey: string | null } {
    const reason = options.reason?.trim() || null;
    const { refusalReasons, suspensionReasons } = programme.decision;
    const listed = [...refusalReasons, ...suspensionReasons].find(({ key }) => key === options.reasonKey);
    const own = options.reasonKey?.startsWith('vetting:') ? options.reasonKey : null;
    const reasonKey = listed?.title ?? own;
    if (moves[move].reason && !reason && !reasonKey) throw new ReasonNeeded();
    return { reason, reasonKey };
  }

  private async openBeforeSubmitting(tx: Tx, moving: VettingCase, programme: Programme): Promise<string[]> {
    const facts = openFacts(programme, moving.facts).map(({ title }) => title);
    if (facts.length > 0) return facts;
    const open = await this.openChecks(tx, moving, programme);
    return open
      .filter(({ state }) => state !== 'answered')
      .map(({ key }) => checkOf(programme, key)!)
      .filter(({ first }) => first)
      .map(({ title }) => title);
  }

  private async openBeforeApproving(
    tx: Tx,
    moving: VettingCase,
    programme: Programme,
    move: CaseMove,
    options: MoveOptions,
  ): Promise<string[]> {
    const { mayWait } = programme.decision;
    const mayLeave = move === 'recommend' || Boolean(options.conditions?.trim());
    const open = await this.openChecks(tx, moving, programme);
    return open
      .filter(({ key }) => !(mayLeave && mayWait.includes(key)))
      .map(({ key }) => checkOf(programme, key)!.title);
  }

  private async openActions(tx: Tx, { id: caseId }: VettingCase): Promise<number> {
    return tx.count(VettingAction, { where: { caseId, doneAt: IsNull() } });
  }
}

/** @throws CaseNotReady */
function needNothing(missing: readonly string[]): void {
  if (missing.length > 0) throw new CaseNotReady(missing);
}
