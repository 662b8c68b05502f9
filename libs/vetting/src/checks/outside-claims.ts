import { type Actor, Audit } from '@carers/audit';
import { constraintOf, Database, type Tx } from '@carers/database';
import { addMonths, Clock, Ids, isUuid, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { CaseLedger } from '../cases/case-ledger.js';
import { CaseParts } from '../cases/case-parts.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import { checkOf } from '../programmes/programme.js';
import { Programmes } from '../programmes/programmes.js';
import { ClaimNotPossible, NotInThisCase, ReasonNeeded } from '../vetting.problems.js';
import { CaseChecks } from './case-checks.js';
import { answerableStates, mustBeIn, reviewableStates } from './case-states.js';
import { CheckList } from './check-list.js';
import { OutsideClaim } from './outside-claim.entity.js';

/** What businesses say that other schemes have checked. */
@Injectable()
export class OutsideClaims {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly ledger: CaseLedger,
    private readonly parts: CaseParts,
    private readonly programmes: Programmes,
    private readonly list: CheckList,
    private readonly checks: CaseChecks,
  ) {}

  /** The claims of a case, oldest first. */
  async of(caseId: string): Promise<OutsideClaim[]> {
    return this.database.reader.find(OutsideClaim, {
      where: { caseId },
      order: { createdAt: 'ASC', id: 'ASC' },
      take: 100,
    });
  }

  /**
   * The business says that it is a member. What that stands in for, by the programme, counts as answered.
   * @throws CaseNotFound, CaseHasMovedOn, NotTheirMove, TiedToBusiness, ClaimNotPossible
   */
  async claim(
    tx: Tx,
    caseId: string,
    claimed: { scheme: string; number: string; claimedOn: LocalDate },
    actor: Actor,
  ): Promise<OutsideClaim> {
    const vettingCase = await this.ledger.locked(tx, caseId);
    await this.parts.of(tx, actor, vettingCase.businessId);
    mustBeIn(vettingCase, answerableStates);
    const programme = await this.programmes.version(vettingCase.programmeId);
    if (!programme.outsideSchemes.some(({ key }) => key === claimed.scheme)) throw new ClaimNotPossible();
    if (claimed.claimedOn > this.clock.today()) throw new ClaimNotPossible();
    const claim = tx.create(OutsideClaim, {
      id: this.ids.next(),
      caseId,
      ...claimed,
      state: 'claimed',
      createdAt: this.clock.now(),
    });
    try {
      await tx.insert(OutsideClaim, claim);
    } catch (error) {
      if (constraintOf(error) === 'uq_outside_claim__standing') throw new ClaimNotPossible();
      throw error;
    }
    for (const check of await this.standsFor(tx, vettingCase, claim.scheme)) {
      if (check.state !== 'asked' && check.state !== 'rejected' && check.state !== 'lapsed') continue;
      await this.checks.answer(tx, caseId, check.key, check.answer ?? {}, actor);
    }
    await this.note(tx, 'vetting-claim.made', caseId, actor, { scheme: claim.scheme });
    return claim;
  }

  /**
   * An officer found the business in the list of the scheme: what that stands in for is accepted until it must be looked
   * up again. Confirmed again, the days move on.
   * @param seenAt the address where it was seen
   * @throws NotInThisCase, NotTheirMove, TiedToBusiness, CaseHasMovedOn
   */
  async confirm(tx: Tx, claimId: string, seenAt: string, actor: Actor): Promise<void> {
    const { vettingCase, claim } = await this.underReview(tx, claimId, actor);
    const programme = await this.programmes.version(vettingCase.programmeId);
    const scheme = programme.outsideSchemes.find(({ key }) => key === claim.scheme)!;
    const recheckOn = addMonths(this.clock.today(), scheme.recheckMonths);
    Object.assign(claim, { state: 'confirmed', seenAt, recheckOn, refusal: null });
    Object.assign(claim, { lookedUpAt: this.clock.now(), lookedUpBy: actor.id });
    await tx.save(claim);
    await this.note(tx, 'vetting-claim.confirmed', claim.caseId, actor, { scheme: claim.scheme, recheckOn });
    for (const check of await this.standsFor(tx, vettingCase, claim.scheme)) {
      // What was accepted for its own sake stays so.
      if (check.state === 'accepted' && check.claimId !== claim.id) continue;
      await this.checks.accept(tx, check.id, { validUntil: recheckOn, claimId: claim.id }, actor);
    }
  }

  /** It is not there, or not there any more: what it stood in for is asked again. @throws as `confirm`, ReasonNeeded */
  async refuse(tx: Tx, claimId: string, reason: string, actor: Actor): Promise<void> {
    if (!reason.trim()) throw new ReasonNeeded();
    const { vettingCase, claim } = await this.underReview(tx, claimId, actor);
    Object.assign(claim, { state: 'refused', refusal: reason.trim(), recheckOn: null });
    Object.assign(claim, { lookedUpAt: this.clock.now(), lookedUpBy: actor.id });
    await tx.save(claim);
    await this.note(tx, 'vetting-claim.refused', claim.caseId, actor, { scheme: claim.scheme }, reason.trim());
    for (const check of await this.standsFor(tx, vettingCase, claim.scheme)) {
      const restsOnIt = check.claimId === claim.id || (check.state === 'answered' && !hasContent(check.answer));
      if (restsOnIt) await this.checks.reject(tx, check.id, reason.trim(), actor);
    }
  }

  private async standsFor(tx: Tx, vettingCase: VettingCase, scheme: string) {
    const programme = await this.programmes.version(vettingCase.programmeId);
    const checks = await this.list.of(tx, vettingCase.id);
    return checks.filter(
      ({ key, state }) => state !== 'not_needed' && checkOf(programme, key)?.insteadBy.includes(scheme),
    );
  }

  private async underReview(tx: Tx, claimId: string, actor: Actor) {
    const found = isUuid(claimId) ? await tx.findOneBy(OutsideClaim, { id: claimId }) : null;
    if (!found) throw new NotInThisCase();
    const vettingCase = await this.ledger.locked(tx, found.caseId);
    await this.parts.officer(tx, actor, vettingCase.businessId);
    mustBeIn(vettingCase, reviewableStates);
    const claim = await tx.findOneByOrFail(OutsideClaim, { id: claimId });
    if (claim.state !== 'claimed' && claim.state !== 'confirmed') throw new NotInThisCase();
    return { vettingCase, claim };
  }

  private async note(
    tx: Tx,
    action: string,
    id: string,
    actor: Actor,
    details: Record<string, unknown>,
    reason: string | null = null,
  ): Promise<void> {
    await this.audit.record(tx, { action, subject: { kind: 'vetting_case', id }, actor, details, reason });
  }
}

function hasContent(answer: object | null): boolean {
  return answer !== null && Object.keys(answer).length > 0;
}
