import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids, isUuid, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { CaseLedger } from '../cases/case-ledger.js';
import { CaseParts } from '../cases/case-parts.js';
import { NotInThisCase, TooManyEntries } from '../vetting.problems.js';
import { mustBeIn } from './case-states.js';
import { VettingAction } from './vetting-action.entity.js';

const most = 50;

/** What business and officer agreed must be done. */
@Injectable()
export class CaseActions {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly ledger: CaseLedger,
    private readonly parts: CaseParts,
  ) {}

  /** The actions of a case, oldest first. */
  async of(caseId: string): Promise<VettingAction[]> {
    return this.database.reader.find(VettingAction, {
      where: { caseId },
      order: { agreedAt: 'ASC', id: 'ASC' },
      take: most,
    });
  }

  /** Writes one down, before the move `agree_actions` or after. @throws CaseHasMovedOn, NotTheirMove, TiedToBusiness, TooManyEntries */
  async agree(
    tx: Tx,
    caseId: string,
    action: { words: string; dueOn: LocalDate },
    actor: Actor,
  ): Promise<VettingAction> {
    const vettingCase = await this.ledger.locked(tx, caseId);
    await this.parts.officer(tx, actor, vettingCase.businessId);
    mustBeIn(vettingCase, ['in_review', 'actions_agreed', 'approved', 'suspended']);
    if ((await tx.countBy(VettingAction, { caseId })) >= most) throw new TooManyEntries(most);
    const agreed = tx.create(VettingAction, {
      id: this.ids.next(),
      caseId,
      ...action,
      agreedBy: actor.id,
      agreedAt: this.clock.now(),
      doneAt: null,
      doneBy: null,
    });
    await tx.insert(VettingAction, agreed);
    await this.note(tx, 'vetting-action.agreed', caseId, actor, { action: agreed.id, dueOn: action.dueOn });
    return agreed;
  }

  /** An officer saw that it is done. Said twice, it stays as it was. @throws NotInThisCase, NotTheirMove, TiedToBusiness */
  async done(tx: Tx, actionId: string, actor: Actor): Promise<void> {
    const found = isUuid(actionId) ? await tx.findOneBy(VettingAction, { id: actionId }) : null;
    if (!found) throw new NotInThisCase();
    const vettingCase = await this.ledger.locked(tx, found.caseId);
    await this.parts.officer(tx, actor, vettingCase.businessId);
    const action = await tx.findOneByOrFail(VettingAction, { id: actionId });
    if (action.doneAt) return;
    Object.assign(action, { doneAt: this.clock.now(), doneBy: actor.id });
    await tx.save(action);
    await this.note(tx, 'vetting-action.done', action.caseId, actor, { action: actionId });
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
