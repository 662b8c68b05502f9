import type { Actor } from '@carers/audit';
import type { Tx } from '@carers/database';
import { Injectable } from '@nestjs/common';
import type { VettingCheck } from '../checks/vetting-check.entity.js';
import type { CaseYear } from '../fees/case-year.entity.js';
import type { CaseMove, CaseState } from './case-moves.js';
import type { VettingCase } from './vetting-case.entity.js';

/** What can be listened for, and what is told. The case is as it is after the change, its row locked. */
export interface CaseEventFacts {
  opened: { case: VettingCase; actor: Actor };
  moved: { case: VettingCase; move: CaseMove; from: CaseState; to: CaseState; actor: Actor };
  check_changed: { case: VettingCase; check: VettingCheck; actor: Actor };
  /** A year began, was paid for, fell overdue, or its terms were agreed. */
  year_changed: { case: VettingCase; year: CaseYear; actor: Actor };
}

export type CaseEvent = keyof CaseEventFacts;
type Listener<E extends CaseEvent> = (tx: Tx, facts: CaseEventFacts[E]) => Promise<void>;

/** Lets others change their own rows in the same transaction when something happens to a case. */
@Injectable()
export class CaseEvents {
  private readonly listeners = new Map<CaseEvent, Listener<never>[]>();

  on<E extends CaseEvent>(event: E, listener: Listener<E>): void {
    this.listeners.set(event, [...(this.listeners.get(event) ?? []), listener as Listener<never>]);
  }

  async announce<E extends CaseEvent>(tx: Tx, event: E, facts: CaseEventFacts[E]): Promise<void> {
    for (const listener of this.listeners.get(event) ?? []) await (listener as Listener<E>)(tx, facts);
  }
}
