import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids, isUuid, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { CaseLedger } from '../cases/case-ledger.js';
import { CaseParts } from '../cases/case-parts.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import { Programmes } from '../programmes/programmes.js';
import { NotInThisCase, TooManyEntries } from '../vetting.problems.js';
import { mustBeIn, reviewableStates } from './case-states.js';
import { SiteVisit, type VisitFindings } from './site-visit.entity.js';

const most = 50;

/** Visits to businesses, and what was found there. */
@Injectable()
export class SiteVisits {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly ledger: CaseLedger,
    private readonly parts: CaseParts,
    private readonly programmes: Programmes,
  ) {}

  /** The visits of a case, newest first: for officers alone. */
  async of(caseId: string): Promise<SiteVisit[]> {
    return this.database.reader.find(SiteVisit, {
      where: { caseId },
      order: { visitedOn: 'DESC', id: 'DESC' },
      take: most,
    });
  }

  /** Begins the record of a visit. @throws CaseNotFound, CaseHasMovedOn, NotTheirMove, TiedToBusiness, TooManyEntries */
  async begin(tx: Tx, caseId: string, visitedOn: LocalDate, actor: Actor): Promise<SiteVisit> {
    await this.mine(tx, caseId, actor);
    if ((await tx.countBy(SiteVisit, { caseId })) >= most) throw new TooManyEntries(most);
    const visit = tx.create(SiteVisit, {
      id: this.ids.next(),
      caseId,
      visitedOn,
      visitedBy: actor.id,
      findings: {},
      changedAt: this.clock.now(),
    });
    await tx.insert(SiteVisit, visit);
    await this.note(tx, 'site-visit.begun', caseId, actor, { visit: visit.id });
    return visit;
  }

  /**
   * Adds findings to those that are there, item by item: a phone may lose its connection in the middle.
   * @param findings by key of the programme's list; other keys are left out
   * @throws NotInThisCase, CaseHasMovedOn, NotTheirMove, TiedToBusiness
   */
  async find(tx: Tx, visitId: string, findings: VisitFindings, actor: Actor): Promise<SiteVisit> {
    const { vettingCase, visit } = await this.one(tx, visitId, actor);
    const programme = await this.programmes.version(vettingCase.programmeId);
    const items = new Set((programme.visit?.items ?? []).map(({ key }) => key));
    const known = Object.entries(findings).filter(([key]) => items.has(key));
    visit.findings = { ...visit.findings, ...Object.fromEntries(known) };
    visit.changedAt = this.clock.now();
    await tx.save(visit);
    await this.note(tx, 'site-visit.found', visit.caseId, actor, { visit: visitId, items: known.map(([key]) => key) });
    return visit;
  }

  /** A visit that something may be added to, its case locked. @throws as `find` */
  async open(tx: Tx, visitId: string, actor: Actor): Promise<SiteVisit> {
    return (await this.one(tx, visitId, actor)).visit;
  }

  private async one(tx: Tx, visitId: string, actor: Actor) {
    const found = isUuid(visitId) ? await tx.findOneBy(SiteVisit, { id: visitId }) : null;
    if (!found) throw new NotInThisCase();
    const vettingCase = await this.mine(tx, found.caseId, actor);
    return { vettingCase, visit: await tx.findOneByOrFail(SiteVisit, { id: visitId }) };
  }

  private async mine(tx: Tx, caseId: string, actor: Actor): Promise<VettingCase> {
    const vettingCase = await this.ledger.locked(tx, caseId);
    await this.parts.officer(tx, actor, vettingCase.businessId);
    mustBeIn(vettingCase, reviewableStates);
    return vettingCase;
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
