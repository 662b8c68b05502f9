import type { ApplicationState } from './application-state.js';
import { ApplicationHasMovedOn } from './applications.problems.js';

interface Move {
  from: readonly ApplicationState[];
  to: ApplicationState;
}

/** Every legal move; there are no others. */
export const moves = {
  submit: { from: ['draft'], to: 'submitted' },
  ask: { from: ['submitted'], to: 'more_information' },
  reply: { from: ['more_information'], to: 'submitted' },
  approve: { from: ['submitted', 'more_information'], to: 'approved' },
  decline: { from: ['submitted', 'more_information'], to: 'declined' },
  withdraw: { from: ['submitted', 'more_information'], to: 'withdrawn' },
  /** An appeal was right. */
  overturn: { from: ['declined'], to: 'approved' },
} as const satisfies Record<string, Move>;

export type MoveName = keyof typeof moves;

/**
 * The state after a move.
 * @throws ApplicationHasMovedOn when it cannot be made from here
 */
export function after(move: MoveName, state: ApplicationState): ApplicationState {
  const { from, to }: Move = moves[move];
  if (!from.includes(state)) throw new ApplicationHasMovedOn(state);
  return to;
}
