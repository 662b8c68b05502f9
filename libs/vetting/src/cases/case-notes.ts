import { type Actor, Audit } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { CaseLedger } from './case-ledger.js';
import { CaseParts } from './case-parts.js';
import { VettingNote } from './vetting-note.entity.js';

/** What officers write down about a case. The business never sees it. */
@Injectable()
export class CaseNotes {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly audit: Audit,
    private readonly ledger: CaseLedger,
    private readonly parts: CaseParts,
  ) {}

  /** @throws CaseNotFound, NotTheirMove, TiedToBusiness */
  async add(tx: Tx, caseId: string, words: string, actor: Actor): Promise<VettingNote> {
    const { businessId } = await this.ledger.locked(tx, caseId);
    await this.parts.officer(tx, actor, businessId);
    const note = tx.create(VettingNote, {
      id: this.ids.next(),
      caseId,
      words,
      writtenBy: actor.id,
      writtenAt: this.clock.now(),
    });
    await tx.insert(VettingNote, note);
    await this.audit.record(tx, { action: 'vetting.noted', subject: { kind: 'vetting_case', id: caseId }, actor });
    return note;
  }

  /** The notes of a case, newest first. */
  async of(caseId: string): Promise<VettingNote[]> {
    return this.database.reader.find(VettingNote, {
      where: { caseId },
      order: { writtenAt: 'DESC', id: 'DESC' },
      take: 200,
    });
  }
}
