import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { CaseLedger } from '../cases/case-ledger.js';
import { CaseParts } from '../cases/case-parts.js';
import { Sanction } from '../cases/sanction.entity.js';
import { VettingAction } from '../checks/vetting-action.entity.js';
import { NotInThisCase, NotTheirMove, TooManyEntries } from '../vetting.problems.js';
import { type RepliedTo, VettingReply } from './vetting-reply.entity.js';

const most = 100;

/** What a business says to what was agreed with it, and to what was decided against it. Officers read it beside the file. */
@Injectable()
export class Replies {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly ledger: CaseLedger,
    private readonly parts: CaseParts,
  ) {}

  /** What was said in a case, oldest first. */
  async of(caseId: string): Promise<VettingReply[]> {
    const order = { saidAt: 'ASC', id: 'ASC' } as const;
    return this.database.reader.find(VettingReply, { where: { caseId }, order, take: most });
  }

  /** @throws CaseNotFound, NotInThisCase, NotTheirMove, TooManyEntries */
  async add(
    tx: Tx,
    caseId: string,
    to: { kind: RepliedTo; id: string },
    words: string,
    actor: Actor,
  ): Promise<VettingReply> {
    const { businessId } = await this.ledger.locked(tx, caseId);
    if ((await this.parts.of(tx, actor, businessId)) !== 'owner') throw new NotTheirMove();
    const there =
      to.kind === 'action'
        ? await tx.existsBy(VettingAction, { id: to.id, caseId })
        : await tx.existsBy(Sanction, { id: to.id, caseId });
    if (!there) throw new NotInThisCase();
    if ((await tx.countBy(VettingReply, { caseId })) >= most) throw new TooManyEntries(most);
    const reply = tx.create(VettingReply, {
      id: this.ids.next(),
      caseId,
      aboutKind: to.kind,
      aboutId: to.id,
      words,
      saidBy: actor.id,
      saidAt: this.clock.now(),
    });
    await tx.insert(VettingReply, reply);
    await this.audit.record(tx, {
      action: `vetting-${to.kind}.replied`,
      subject: { kind: 'vetting_case', id: caseId },
      actor,
      details: { [to.kind]: to.id },
    });
    return reply;
  }
}
