import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids, type LocalDate } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { CaseLedger } from '../cases/case-ledger.js';
import { CaseParts } from '../cases/case-parts.js';
import { VettingCheck } from '../checks/vetting-check.entity.js';
import { NotInThisCase, TooManyEntries } from '../vetting.problems.js';
import { RegisterLook } from './register-look.entity.js';

const most = 200;

/** Looks at public registers by hand: Companies House where there is no key, and the registers of trades. */
@Injectable()
export class RegisterLooks {
  constructor(
    private readonly database: Database,
    private readonly ledger: CaseLedger,
    private readonly parts: CaseParts,
    private readonly audit: Audit,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Those of a case, newest first. */
  async of(caseId: string): Promise<RegisterLook[]> {
    return this.database.reader.find(RegisterLook, {
      where: { caseId },
      order: { createdAt: 'DESC', id: 'DESC' },
      take: most,
    });
  }

  /** @throws CaseNotFound, NotInThisCase, NotTheirMove, TiedToBusiness, TooManyEntries */
  async note(
    tx: Tx,
    caseId: string,
    look: { checkId: string; register: string; seenAt: string; lookedOn: LocalDate; words: string },
    actor: Actor,
  ): Promise<void> {
    const { businessId } = await this.ledger.locked(tx, caseId);
    await this.parts.officer(tx, actor, businessId);
    if (!(await tx.existsBy(VettingCheck, { id: look.checkId, caseId }))) throw new NotInThisCase();
    if ((await tx.countBy(RegisterLook, { caseId })) >= most) throw new TooManyEntries(most);
    await tx.insert(RegisterLook, {
      id: this.ids.next(),
      caseId,
      ...look,
      lookedBy: actor.id,
      createdAt: this.clock.now(),
    });
    const subject = { kind: 'vetting_case', id: caseId };
    await this.audit.record(tx, { action: 'register.looked-at', subject, actor, details: { register: look.register } });
  }
}
