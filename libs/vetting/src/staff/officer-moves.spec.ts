import { describe, expect, it } from '@jest/globals';
import { type CaseState, caseStates, moves } from '../cases/case-moves.js';
import { officerMoves, offers } from './officer-moves.js';
import { letterForm } from './staff.forms.js';

const person = { accountId: 'me', officer: true };
const file = { actions: [], openChecks: 0 };
const at = (state: CaseState, facts: { recommendedBy?: string[]; decidedBy?: string[] } = {}) => ({
  state,
  recommendedBy: [],
  decidedBy: [],
  ...facts,
});
const whyNot = (...given: Parameters<typeof offers>) =>
  Object.fromEntries(offers(...given).map((offer) => [offer.move, offer.whyNot]));

describe('the buttons of a case', () => {
  it('are for just those moves that the table allows officers from this state', () => {
    for (const state of caseStates) {
      const allowed = officerMoves.filter((move) => moves[move].from.includes(state));
      expect(offers(at(state), person, file).map(({ move }) => move)).toEqual(allowed);
    }
    const byOfficers = Object.entries(moves).filter(([, { by }]) => by.some((each) => each.endsWith('officer')));
    const notShown = byOfficers.map(([move]) => move).filter((move) => !officerMoves.includes(move as never));
    // An officer may send a case in for a business: on the business's own page.
    expect(notShown).toEqual(['submit']);
  });

  it('say why somebody may not: who only looks, recommended, or decided', () => {
    expect(whyNot(at('in_review'), { ...person, officer: false }, file)).toMatchObject({ recommend: 'only_look' });
    const recommended = at('recommended', { recommendedBy: ['me'] });
    expect(whyNot(recommended, person, file)).toEqual({
      approve: 'recommended',
      refuse: 'recommended',
      send_back: null,
    });
    expect(whyNot(at('recommended', { recommendedBy: ['other'] }), person, file)).toMatchObject({ approve: null });
    expect(whyNot(at('appealed', { decidedBy: ['me'] }), person, file)).toEqual({
      overturn: 'decided',
      uphold: 'decided',
    });
    expect(whyNot(at('appealed', { recommendedBy: ['me'] }), person, file)).toMatchObject({ uphold: 'recommended' });
  });

  it('wait for what has to be done first', () => {
    const open = { actions: [{ doneAt: null }], openChecks: 2 };
    expect(whyNot(at('in_review'), person, file)).toEqual({ recommend: null, agree_actions: 'no_actions' });
    expect(whyNot(at('in_review'), person, open)).toMatchObject({ agree_actions: null });
    expect(whyNot(at('actions_agreed'), person, open)).toMatchObject({ actions_done: 'open_actions' });
    expect(whyNot(at('recommended'), person, open)).toMatchObject({ approve: 'open_checks', refuse: null });
  });
});

describe('a letter that an officer begins', () => {
  it.each(['approved', 'removed', 'warning', 'file_refused'])('tells of no decision that nobody made (%s)', (kind) => {
    const letter = { channel: 'email', words: 'Well done.' };
    expect(letterForm.safeParse({ ...letter, kind: 'other' }).success).toBe(true);
    expect(letterForm.safeParse({ ...letter, kind }).success).toBe(false);
  });
});
