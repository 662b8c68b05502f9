import type { Actor } from '@carers/audit';
import { Database, type Tx } from '@carers/database';
import { Clock, Ids, isUuid } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { CaseNotFound } from '../vetting.problems.js';
import type { CaseMove, CaseState } from './case-moves.js';
import { VettingCase } from './vetting-case.entity.js';
import { VettingMove } from './vetting-move.entity.js';

/** A move as it is written down. */
export interface MadeMove {
  move: CaseMove;
  from: CaseState;
  reason: string | null;
  reasonKey: string | null;
  actor: Actor;
}

/** The rows of cases and their history. */
@Injectable()
export class CaseLedger {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** The case, its row locked until the transaction ends. @throws CaseNotFound */
  async locked(tx: Tx, id: string): Promise<VettingCase> {
    const found = isUuid(id)
      ? await tx.findOne(VettingCase, { where: { id }, lock: { mode: 'pessimistic_write' } })
      : null;
    if (!found) throw new CaseNotFound();
    return found;
  }

  /** Adds a move to the history; the case's lock keeps the numbers in order. */
  async write(tx: Tx, { id: caseId, state: to }: VettingCase, made: MadeMove): Promise<void> {
    const number = 1 + (await tx.count(VettingMove, { where: { caseId } }));
    await tx.insert(VettingMove, {
      id: this.ids.next(),
      caseId,
      number,
      move: made.move,
      from: made.from,
      to,
      actorKind: made.actor.kind,
      actorId: made.actor.id,
      reasonKey: made.reasonKey,
      words: made.reason,
      movedAt: this.clock.now(),
    });
  }

  /** The history, oldest first. */
  async of(caseId: string): Promise<VettingMove[]> {
    return this.database.reader.find(VettingMove, { where: { caseId }, order: { number: 'ASC' }, take: 500 });
  }
}
