import { BulletinHasMovedOn } from './sending.problems.js';

export const bulletinStates = [
  'draft',
  'awaiting_second',
  'scheduled',
  'sending',
  'paused',
  'sent',
  'cancelled',
] as const;

/** Where a bulletin stands. Until `sending` it can still be written; from then on its words are fixed. */
export type BulletinState = (typeof bulletinStates)[number];

export const bulletinMoves = [
  'confirm',
  'confirm_for_second',
  'approve',
  'send_back',
  'need_second',
  'start',
  'pause',
  'resume',
  'finish',
  'cancel',
] as const;

/** What can happen to a bulletin. */
export type BulletinMove = (typeof bulletinMoves)[number];

/** Who makes a move: an officer of its service, one other than who confirmed it, or the program. */
export type MoveBy = 'officer' | 'other_officer' | 'system';

export interface MoveRule {
  from: readonly BulletinState[];
  to: BulletinState;
  by: readonly MoveBy[];
}

/** Every legal move; there are no others. */
export const moves: Record<BulletinMove, MoveRule> = {
  confirm: { from: ['draft'], to: 'scheduled', by: ['officer'] },
  /** To more people than one officer may write to alone. */
  confirm_for_second: { from: ['draft'], to: 'awaiting_second', by: ['officer'] },
  approve: { from: ['awaiting_second'], to: 'scheduled', by: ['other_officer'] },
  /** Back to be written: by the second officer, or by the first who thinks again. */
  send_back: { from: ['awaiting_second', 'scheduled'], to: 'draft', by: ['officer'] },
  /** The audience grew between the yes and the start beyond what one officer may decide. */
  need_second: { from: ['scheduled'], to: 'awaiting_second', by: ['system'] },
  start: { from: ['scheduled'], to: 'sending', by: ['system'] },
  pause: { from: ['sending'], to: 'paused', by: ['officer'] },
  resume: { from: ['paused'], to: 'sending', by: ['officer'] },
  finish: { from: ['sending'], to: 'sent', by: ['system'] },
  cancel: { from: ['awaiting_second', 'scheduled', 'sending', 'paused'], to: 'cancelled', by: ['officer'] },
};

/**
 * The state after a move.
 * @throws BulletinHasMovedOn when the move cannot be made from here
 */
export function after(move: BulletinMove, state: BulletinState): BulletinState {
  const { from, to } = moves[move];
  if (!from.includes(state)) throw new BulletinHasMovedOn();
  return to;
}

/** The moves that a state allows to somebody of this sort. For buttons. */
export function movesFrom(state: BulletinState, by: MoveBy): BulletinMove[] {
  return bulletinMoves.filter((move) => moves[move].from.includes(state) && moves[move].by.includes(by));
}
