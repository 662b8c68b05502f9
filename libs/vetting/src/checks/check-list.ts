import type { Tx } from '@carers/database';
import { Ids } from '@carers/kernel';
import { Injectable } from '@nestjs/common';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import { waitingForOf } from '../cases/waiting.js';
import type { Programme } from '../programmes/programme.js';
import { checksFor } from '../programmes/tiers.js';
import { VettingCheck } from './vetting-check.entity.js';

/** Which checks a case has. */
@Injectable()
export class CheckList {
  constructor(private readonly ids: Ids) {}

  /**
   * Gives a case the checks of its tier. What is there already keeps its answer; what is no longer needed is marked so,
   * and comes back as it was when it is needed again.
   */
  async layOut(tx: Tx, laid: VettingCase, programme: Programme): Promise<void> {
    const needed = laid.tier === null ? [] : checksFor(programme, laid.tier, laid.facts).map(({ key }) => key);
    const there = await this.of(tx, laid.id);
    for (const check of there) {
      const wanted = needed.includes(check.key);
      if (!wanted) check.state = 'not_needed';
      else if (check.state === 'not_needed') check.state = check.answer ? 'answered' : 'asked';
    }
    await tx.save(there);
    const known = new Set(there.map(({ key }) => key));
    const missing = needed.filter((key) => !known.has(key));
    await tx.insert(
      VettingCheck,
      missing.map((key) => ({
        id: this.ids.next(),
        caseId: laid.id,
        key,
        position: programme.checks.findIndex((check) => check.key === key),
        state: 'asked' as const,
        renewing: false,
      })),
    );
  }

  /** Sets on the case who has to do something next; the caller saves it. */
  async refreshWaiting(tx: Tx, waiting: VettingCase): Promise<void> {
    waiting.waitingFor = waitingForOf(waiting.state, await this.of(tx, waiting.id));
  }

  /** The checks of a case, in the order of the programme. */
  async of(tx: Pick<Tx, 'find'>, caseId: string): Promise<VettingCheck[]> {
    return tx.find(VettingCheck, { where: { caseId }, order: { position: 'ASC', key: 'ASC' } });
  }
}
