import { describe, expect, it } from '@jest/globals';
import {
  after,
  type BulletinMove,
  bulletinMoves,
  type BulletinState,
  bulletinStates,
  movesFrom,
} from './bulletin-moves.js';
import { BulletinHasMovedOn } from './sending.problems.js';

/** Where each move leads, written down a second time: the table may not change without somebody meaning it. */
const legal: Record<BulletinState, Partial<Record<BulletinMove, BulletinState>>> = {
  draft: { confirm: 'scheduled', confirm_for_second: 'awaiting_second' },
  awaiting_second: { approve: 'scheduled', send_back: 'draft', cancel: 'cancelled' },
  scheduled: { start: 'sending', need_second: 'awaiting_second', send_back: 'draft', cancel: 'cancelled' },
  sending: { pause: 'paused', finish: 'sent', cancel: 'cancelled' },
  paused: { resume: 'sending', cancel: 'cancelled' },
  sent: {},
  cancelled: {},
};

describe('the moves of a bulletin', () => {
  const every = bulletinStates.flatMap((state) => bulletinMoves.map((move) => [state, move] as const));

  it.each(every)('from %s by %s lead where they should, or nowhere', (state, move) => {
    const to = legal[state][move];
    if (to) expect(after(move, state)).toBe(to);
    else expect(() => after(move, state)).toThrow(BulletinHasMovedOn);
  });

  it('give an officer no button for what the program does, or for what needs another officer', () => {
    expect(movesFrom('scheduled', 'officer')).toEqual(['send_back', 'cancel']);
    expect(movesFrom('awaiting_second', 'officer')).toEqual(['send_back', 'cancel']);
    expect(movesFrom('awaiting_second', 'other_officer')).toEqual(['approve']);
    expect(movesFrom('sending', 'officer')).toEqual(['pause', 'cancel']);
  });

  it('never lead out of what is over', () => {
    expect([...movesFrom('sent', 'officer'), ...movesFrom('cancelled', 'system')]).toEqual([]);
  });
});
