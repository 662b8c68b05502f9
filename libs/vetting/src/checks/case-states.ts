import type { CaseState } from '../cases/case-moves.js';
import type { VettingCase } from '../cases/vetting-case.entity.js';
import { CaseHasMovedOn } from '../vetting.problems.js';

/** States in which the business may still answer. */
export const answerableStates: readonly CaseState[] = [
  'draft',
  'fee_due',
  'in_review',
  'actions_agreed',
  'recommended',
  'approved',
  'appealed',
  'lapsed',
  'suspended',
];

/** States in which officers look at checks: not before the fee, and not while another has to decide on them. */
export const reviewableStates: readonly CaseState[] = [
  'in_review',
  'actions_agreed',
  'approved',
  'appealed',
  'lapsed',
  'suspended',
];

/** @throws CaseHasMovedOn */
export function mustBeIn(vettingCase: VettingCase, states: readonly CaseState[]): void {
  if (!states.includes(vettingCase.state)) throw new CaseHasMovedOn(null, vettingCase.state);
}
