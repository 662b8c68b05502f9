import type { Tx } from '@carers/database';
import { Clock, Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import { In, IsNull } from 'typeorm';
import type { Programme } from '../programmes/programme.js';
import { Accreditations } from './accreditations.js';
import type { MadeMove } from './case-ledger.js';
import { Sanction } from './sanction.entity.js';
import type { VettingCase } from './vetting-case.entity.js';

/** What a move brings with it inside this lib: the accreditation, and the step on the sanctions ladder. */
@Injectable()
export class MoveEffects {
  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly accreditations: Accreditations,
  ) {}

  async follow(tx: Tx, moved: VettingCase, programme: Programme, made: MadeMove): Promise<void> {
    const { move } = made;
    if (move === 'approve' || move === 'overturn') await this.accreditations.grant(tx, moved, programme);
    if (move === 'remove' || move === 'withdraw') await this.accreditations.end(tx, moved.id);
    if (move === 'suspend') await this.sanction(tx, moved, 'suspension', made);
    if (move === 'remove') await this.sanction(tx, moved, 'removal', made);
    if (move === 'lift' || move === 'overturn') await this.endSanctions(tx, moved);
  }

  private async sanction(
    tx: Tx,
    { id: caseId, businessId }: VettingCase,
    kind: 'suspension' | 'removal',
    made: MadeMove,
  ) {
    await tx.insert(Sanction, {
      id: this.ids.next(),
      caseId,
      businessId,
      kind,
      reasonKey: made.reasonKey,
      words: made.reason ?? '',
      dueOn: null,
      givenBy: made.actor.kind === 'system' ? 'system' : made.actor.id,
      givenAt: this.clock.now(),
      endedAt: null,
    });
  }

  private async endSanctions(tx: Tx, { id: caseId }: VettingCase): Promise<void> {
    const where = { caseId, kind: In(['suspension', 'removal']), endedAt: IsNull() };
    await tx.update(Sanction, where, { endedAt: this.clock.now() });
  }
}
