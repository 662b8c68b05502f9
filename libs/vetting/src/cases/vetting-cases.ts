import { type Actor, Audit } from '@carers/audit';
import { Businesses } from '@carers/businesses';
import { constraintOf, Database, type Tx } from '@carers/database';
import { Chance, Clock, Ids, isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { CaseLedger } from './case-ledger.js';
import { CheckList } from '../checks/check-list.js';
import type { Facts, Programme } from '../programmes/programme.js';
import { Programmes } from '../programmes/programmes.js';
import { tierOf } from '../programmes/tiers.js';
import { CaseAlreadyOpen, CaseHasMovedOn, CaseNotFound, NotTheirMove } from '../vetting.problems.js';
import { CaseEvents } from './case-events.js';
import type { CaseMove, CaseState } from './case-moves.js';
import { moves } from './case-moves.js';
import { CaseParts, type Part } from './case-parts.js';
import { newCaseReference } from './case-reference.js';
import { CaseReadiness } from './case-readiness.js';
import { MoveEffects } from './move-effects.js';
import { type Recommendation, VettingCase } from './vetting-case.entity.js';
import type { VettingMove } from './vetting-move.entity.js';

/** What goes with a move. */
export interface MoveOptions {
  /** Words for the business, or for the next officer. */
  reason?: string | null;
  /** A key of the programme's refusal or suspension reasons, or a catalogue key of this lib (`vetting:because.…`). */
  reasonKey?: string | null;
  /** What an approval asks for. */
  conditions?: string | null;
  /** What `recommend` recommends; `approve` unless said. */
  recommendation?: Recommendation;
}

/** Cases: opened, moved from state to state, read. What may happen to one is in `case-moves.ts`. */
@Injectable()
export class VettingCases {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly chance: Chance,
    private readonly audit: Audit,
    private readonly programmes: Programmes,
    private readonly businesses: Businesses,
    private readonly parts: CaseParts,
    private readonly checks: CheckList,
    private readonly readiness: CaseReadiness,
    private readonly effects: MoveEffects,
    private readonly ledger: CaseLedger,
    private readonly events: CaseEvents,
  ) {}

  /**
   * A draft by the programme's current version.
   * @throws BusinessNotFound, ProgrammeNotFound, CaseAlreadyOpen, NotTheirMove
   */
  async open(
    tx: Tx,
    given: { businessId: string; programme: string; answers?: Facts },
    actor: Actor,
  ): Promise<VettingCase> {
    const { businessId } = given;
    await this.businesses.locked(tx, businessId);
    await this.parts.of(tx, actor, businessId);
    const programme = await this.programmes.current(given.programme, this.clock.today(), tx);
    const now = this.clock.now();
    const facts = given.answers ?? {};
    const opened = tx.create(VettingCase, {
      id: this.ids.next(),
      reference: newCaseReference(this.chance),
      businessId,
      programmeId: programme.id,
      programmeSlug: programme.slug,
      state: 'draft',
      facts,
      tier: tierOf(programme, facts)?.tier ?? null,
      waitingFor: 'business',
      recommendedBy: [],
      decidedBy: [],
      createdAt: now,
      stateSince: now,
      changedAt: now,
    });
    await tx.insert(VettingCase, opened).catch(onlyOne);
    await this.checks.layOut(tx, opened, programme);
    await this.note(tx, 'vetting.opened', opened.id, actor, null, {
      programme: programme.slug,
      version: programme.version,
    });
    await this.events.announce(tx, 'opened', { case: opened, actor });
    return opened;
  }

  /**
   * Takes what the business says of itself first; tier and checks follow. Later a change is a new case.
   * @param answers by question key of the programme; those not named stay
   * @throws CaseNotFound, CaseHasMovedOn after `draft`, NotTheirMove
   */
  async tellFacts(tx: Tx, caseId: string, answers: Facts, actor: Actor): Promise<VettingCase> {
    const told = await this.locked(tx, caseId);
    await this.parts.of(tx, actor, told.businessId);
    if (told.state !== 'draft') throw new CaseHasMovedOn(null, told.state);
    const programme = await this.programmes.version(told.programmeId);
    told.facts = { ...told.facts, ...answers };
    told.tier = tierOf(programme, told.facts)?.tier ?? null;
    told.changedAt = this.clock.now();
    await tx.save(told);
    await this.checks.layOut(tx, told, programme);
    await this.note(tx, 'vetting.facts-told', told.id, actor, null, { tier: told.tier });
    return told;
  }

  /**
   * Moves a case, its row locked: state, history, what follows from the move and the audit event are saved together.
   * @throws CaseNotFound, CaseHasMovedOn, NotTheirMove, NeedsAnotherOfficer, TiedToBusiness, ReasonNeeded, CaseNotReady,
   *   AppealTooLate, ConditionsNotAllowed, CaseAlreadyOpen for an appeal beside a newer case
   */
  async move(tx: Tx, caseId: string, move: CaseMove, options: MoveOptions, actor: Actor): Promise<VettingCase> {
    const moving = await this.locked(tx, caseId);
    const part = await this.parts.of(tx, actor, moving.businessId);
    const from = moving.state;
    if (!moves[move].from.includes(from)) throw new CaseHasMovedOn(move, from);
    mustBeTheirs(move, part, moving);
    const programme = await this.programmes.version(moving.programmeId);
    await this.readiness.check(tx, moving, programme, move, options);
    const { reason, reasonKey } = this.readiness.reasonOf(programme, move, options);
    const by = part === 'system' ? null : actor.id;
    moving.go(move, by, this.clock.now(), {
      today: this.clock.today(),
      appealDays: programme.appealDays,
      reason,
    });
    if (move === 'recommend') moving.recommendation = options.recommendation ?? 'approve';
    if (move === 'approve') moving.conditions = options.conditions?.trim() || null;
    await this.effects.follow(tx, moving, programme, { move, from, reason, reasonKey, actor });
    await this.checks.refreshWaiting(tx, moving);
    await tx.save(moving).catch(onlyOne);
    await this.ledger.write(tx, moving, { move, from, reason, reasonKey, actor });
    const details = { from, to: moving.state, ...(reasonKey && { reasonKey }) };
    await this.note(tx, `vetting.${move.replace('_', '-')}`, moving.id, actor, reason, details);
    await this.events.announce(tx, 'moved', { case: moving, move, from, to: moving.state, actor });
    // Whoever listened may have moved it further, as where there is no fee to wait for.
    return this.locked(tx, caseId);
  }

  /** Gives a case to an officer to look after, or to nobody. @throws CaseNotFound, NotTheirMove, TiedToBusiness */
  async assign(tx: Tx, caseId: string, officerId: string | null, actor: Actor): Promise<void> {
    const given = await this.locked(tx, caseId);
    await this.parts.officer(tx, actor, given.businessId);
    if (officerId)
      await this.parts.officer(tx, { kind: 'account', id: officerId, role: 'vetting_officer' }, given.businessId);
    given.officerId = officerId;
    await tx.save(given);
    await this.note(tx, 'vetting.assigned', caseId, actor, null, { officerId });
  }

  /** @throws CaseNotFound */
  async get(id: string): Promise<VettingCase> {
    const found = isUuid(id) ? await this.database.reader.findOneBy(VettingCase, { id }) : null;
    if (!found) throw new CaseNotFound();
    return found;
  }

  /** The cases of a business, newest first. */
  async ofBusiness(businessId: string): Promise<VettingCase[]> {
    return this.database.reader.find(VettingCase, {
      where: { businessId },
      order: { createdAt: 'DESC', id: 'DESC' },
      take: 50,
    });
  }

  /** What happened to a case, oldest first. */
  async historyOf(caseId: string): Promise<VettingMove[]> {
    return this.ledger.of(caseId);
  }

  /** The version of the programme that a case is held to. @throws ProgrammeNotFound */
  async programmeOf(vettingCase: Pick<VettingCase, 'programmeId'>): Promise<Programme> {
    return this.programmes.version(vettingCase.programmeId);
  }

  /** The case, its row locked until the transaction ends. @throws CaseNotFound */
  async locked(tx: Tx, id: string): Promise<VettingCase> {
    return this.ledger.locked(tx, id);
  }

  private async note(
    tx: Tx,
    action: string,
    id: string,
    actor: Actor,
    reason: string | null,
    details: Record<string, unknown>,
  ): Promise<void> {
    await this.audit.record(tx, { action, subject: { kind: 'vetting_case', id }, actor, reason, details });
  }
}

/** @throws NotTheirMove */
function mustBeTheirs(move: CaseMove, part: Part, { suspendedBy }: VettingCase): void {
  const { by } = moves[move];
  const theirs = part === 'officer' ? by.some((each) => each.endsWith('officer')) : by.includes(part);
  // What a person suspended the program does not lift.
  if (!theirs || (move === 'lift' && part === 'system' && suspendedBy !== 'system')) throw new NotTheirMove();
}

/** A business has one case of a programme that goes on. @throws CaseAlreadyOpen, or the error that it is given */
function onlyOne(error: unknown): never {
  throw constraintOf(error) === 'uq_vetting_case__live' ? new CaseAlreadyOpen() : error;
}

/** Whether nothing more happens to a case in this state unless somebody appeals. */
export function hasEnded(state: CaseState): boolean {
  return state === 'refused' || state === 'removed' || state === 'withdrawn';
}
