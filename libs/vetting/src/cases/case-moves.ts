import { CaseHasMovedOn } from '../vetting.problems.js';

export const caseStates = [
  'draft',
  'fee_due',
  'in_review',
  'actions_agreed',
  'recommended',
  'approved',
  'refused',
  'appealed',
  'lapsed',
  'suspended',
  'removed',
  'withdrawn',
] as const;

/** Where a case stands. */
export type CaseState = (typeof caseStates)[number];

export const caseMoves = [
  'submit',
  'fee_paid',
  'fee_reversed',
  'agree_actions',
  'actions_done',
  'recommend',
  'send_back',
  'approve',
  'refuse',
  'appeal',
  'uphold',
  'overturn',
  'lapse',
  'restore',
  'suspend',
  'lift',
  'remove',
  'withdraw',
] as const;

/** What can happen to a case. */
export type CaseMove = (typeof caseMoves)[number];

/**
 * Who makes a move: somebody who acts for the business, a vetting officer, an officer other than all who recommended,
 * an officer other than all who recommended or decided, or the program.
 */
export type MoveBy = 'owner' | 'officer' | 'other_officer' | 'third_officer' | 'system';

export interface MoveRule {
  from: readonly CaseState[];
  /** `as_before`: the state that an appeal was made against. */
  to: CaseState | 'as_before';
  by: readonly MoveBy[];
  /** The business, or the next officer, must be told why. */
  reason?: true;
}

const running = ['draft', 'fee_due', 'in_review', 'actions_agreed', 'recommended'] as const;

/** Every legal move; there are no others. */
export const moves: Record<CaseMove, MoveRule> = {
  submit: { from: ['draft'], to: 'fee_due', by: ['owner', 'officer'] },
  /** Also at once where there is nothing to pay. */
  fee_paid: { from: ['fee_due'], to: 'in_review', by: ['system'] },
  /** The payment was disputed or given back before a decision. */
  fee_reversed: { from: ['in_review', 'actions_agreed', 'recommended'], to: 'fee_due', by: ['system'], reason: true },
  agree_actions: { from: ['in_review'], to: 'actions_agreed', by: ['officer'] },
  actions_done: { from: ['actions_agreed'], to: 'in_review', by: ['officer'] },
  recommend: { from: ['in_review'], to: 'recommended', by: ['officer'], reason: true },
  send_back: { from: ['recommended'], to: 'in_review', by: ['officer'], reason: true },
  approve: { from: ['recommended'], to: 'approved', by: ['other_officer'] },
  refuse: { from: ['recommended'], to: 'refused', by: ['other_officer'], reason: true },
  appeal: { from: ['refused', 'suspended', 'removed'], to: 'appealed', by: ['owner'], reason: true },
  uphold: { from: ['appealed'], to: 'as_before', by: ['third_officer'], reason: true },
  overturn: { from: ['appealed'], to: 'approved', by: ['third_officer'], reason: true },
  lapse: { from: ['approved'], to: 'lapsed', by: ['system'], reason: true },
  restore: { from: ['lapsed'], to: 'approved', by: ['system'] },
  suspend: { from: ['approved', 'lapsed'], to: 'suspended', by: ['officer', 'system'], reason: true },
  lift: { from: ['suspended'], to: 'approved', by: ['officer', 'system'], reason: true },
  remove: { from: ['approved', 'lapsed', 'suspended'], to: 'removed', by: ['officer'], reason: true },
  withdraw: {
    from: [...running, 'approved', 'appealed', 'lapsed', 'suspended'],
    to: 'withdrawn',
    by: ['owner', 'system'],
  },
};

/** States in which a case no longer goes on by itself: the business may begin another. */
export const endedStates: readonly CaseState[] = ['refused', 'removed', 'withdrawn'];

/**
 * The state after a move.
 * @param before the state that an appeal was made against, where there is one
 * @throws CaseHasMovedOn when the move cannot be made from here
 */
export function after(move: CaseMove, state: CaseState, before: CaseState | null = null): CaseState {
  const { from, to } = moves[move];
  if (!from.includes(state)) throw new CaseHasMovedOn(move, state);
  if (to !== 'as_before') return to;
  if (before === null) throw new CaseHasMovedOn(move, state);
  return before;
}

/** The moves that a state allows to somebody of this sort, whoever they are. For buttons. */
export function movesFrom(state: CaseState, by: MoveBy): CaseMove[] {
  return caseMoves.filter((move) => moves[move].from.includes(state) && moves[move].by.includes(by));
}
