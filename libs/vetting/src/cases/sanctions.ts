import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids, isUuid, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { mustBeIn } from '../checks/case-states.js';
import { Programmes } from '../programmes/programmes.js';
import { NotInThisCase, ReasonNeeded, TooManyEntries } from '../vetting.problems.js';
import { CaseLedger } from './case-ledger.js';
import { CaseParts } from './case-parts.js';
import { Sanction } from './sanction.entity.js';

const most = 100;

/** The sanctions ladder. Its upper rungs, suspension and removal, are moves of the case and land here by themselves. */
@Injectable()
export class Sanctions {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly ledger: CaseLedger,
    private readonly parts: CaseParts,
    private readonly programmes: Programmes,
  ) {}

  /** The sanctions of a case, newest first. The business sees its own. */
  async of(caseId: string): Promise<Sanction[]> {
    return this.database.reader.find(Sanction, {
      where: { caseId },
      order: { givenAt: 'DESC', id: 'DESC' },
      take: most,
    });
  }

  /**
   * Advises or warns a business.
   * @param given.dueOn the day by which it must be right
   * @throws CaseNotFound, CaseHasMovedOn, NotTheirMove, TiedToBusiness, ReasonNeeded, TooManyEntries
   */
  async give(
    tx: Tx,
    caseId: string,
    given: { kind: 'advice' | 'warning'; reason: string; reasonKey?: string | null; dueOn: LocalDate | null },
    actor: Actor,
  ): Promise<Sanction> {
    const vettingCase = await this.ledger.locked(tx, caseId);
    await this.parts.officer(tx, actor, vettingCase.businessId);
    mustBeIn(vettingCase, ['approved', 'lapsed', 'suspended']);
    if (!given.reason.trim()) throw new ReasonNeeded();
    if ((await tx.countBy(Sanction, { caseId })) >= most) throw new TooManyEntries(most);
    const { decision } = await this.programmes.version(vettingCase.programmeId);
    const listed = decision.suspensionReasons.find(({ key }) => key === given.reasonKey);
    const sanction = tx.create(Sanction, {
      id: this.ids.next(),
      caseId,
      businessId: vettingCase.businessId,
      kind: given.kind,
      reasonKey: listed?.title ?? null,
      words: given.reason.trim(),
      dueOn: given.dueOn,
      givenBy: actor.id,
      givenAt: this.clock.now(),
      endedAt: null,
    });
    await tx.insert(Sanction, sanction);
    await this.note(tx, `sanction.${given.kind}-given`, caseId, actor, given.reason.trim(), { sanction: sanction.id });
    return sanction;
  }

  /** What was wrong is right again. Ended twice, it stays as it was. @throws NotInThisCase, NotTheirMove, TiedToBusiness */
  async end(tx: Tx, sanctionId: string, reason: string, actor: Actor): Promise<void> {
    const found = isUuid(sanctionId) ? await tx.findOneBy(Sanction, { id: sanctionId }) : null;
    if (!found || (found.kind !== 'advice' && found.kind !== 'warning')) throw new NotInThisCase();
    const vettingCase = await this.ledger.locked(tx, found.caseId);
    await this.parts.officer(tx, actor, vettingCase.businessId);
    const { raw } = await tx
      .createQueryBuilder()
      .update(Sanction)
      .set({ endedAt: this.clock.now() })
      .where('id = :sanctionId AND ended_at IS NULL', { sanctionId })
      .returning('id')
      .execute();
    if ((raw as unknown[]).length > 0)
      await this.note(tx, 'sanction.ended', found.caseId, actor, reason, { sanction: sanctionId });
  }

  private async note(
    tx: Tx,
    action: string,
    id: string,
    actor: Actor,
    reason: string,
    details: Record<string, unknown>,
  ): Promise<void> {
    await this.audit.record(tx, { action, subject: { kind: 'vetting_case', id }, actor, reason, details });
  }
}
