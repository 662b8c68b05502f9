import { beforeEach, describe, expect, it } from '@jest/globals';
import { Application } from './application.entity.js';
import { type ApplicationState, applicationStates } from './application-state.js';
import { AppealNeedsAnother, ApplicationHasMovedOn, NoAppealOpen } from './applications.problems.js';
import { after, type MoveName, moves } from './moves.js';

const at = new Date('2026-11-21T10:00:00Z');
const later = new Date('2027-11-21T10:00:00Z');

function inState(state: ApplicationState): Application {
  const application = new Application();
  return Object.assign(application, { state, decidedBy: null, appealedAt: null, appealDecidedAt: null, waitsFor: [] });
}

describe('the moves of an application', () => {
  const everyMove = Object.keys(moves) as MoveName[];
  const pairs = everyMove.flatMap((move) => applicationStates.map((state) => [move, state] as const));
  const allowed: Record<string, ApplicationState> = {
    'submit draft': 'submitted',
    'ask submitted': 'more_information',
    'reply more_information': 'submitted',
    'approve submitted': 'approved',
    'approve more_information': 'approved',
    'decline submitted': 'declined',
    'decline more_information': 'declined',
    'withdraw submitted': 'withdrawn',
    'withdraw more_information': 'withdrawn',
    'overturn declined': 'approved',
  };

  it.each(pairs)('%s from %s is as agreed', (move, state) => {
    const expected = allowed[`${move} ${state}`];
    if (expected) expect(after(move, state)).toBe(expected);
    else expect(() => after(move, state)).toThrow(ApplicationHasMovedOn);
  });

  it('are the only ways that the entity changes its state', () => {
    const steps: Record<MoveName, (application: Application) => void> = {
      submit: (application) => application.submit(at),
      ask: (application) => application.ask('Which school?', at),
      reply: (application) => application.takeReply('The harbour school', at),
      approve: (application) => application.approve('rita', at),
      decline: (application) => application.decline('rita', 'no_reply', 'No word.', at, later),
      withdraw: (application) => application.withdraw('rita', at, later),
      overturn: (application) => {
        application.appealedAt = at;
        application.decidedBy = 'somebody before';
        application.overturn('colin', at);
      },
    };
    for (const [move, state] of pairs) {
      const application = inState(state);
      const expected = allowed[`${move} ${state}`];
      if (expected) {
        steps[move](application);
        expect([move, application.state]).toEqual([move, expected]);
      } else {
        expect(() => steps[move](application)).toThrow();
        expect([move, application.state]).toEqual([move, state]);
      }
    }
  });
});

describe('an appeal', () => {
  let declined: Application;
  beforeEach(() => {
    declined = inState('submitted');
    declined.decline('rita', 'could_not_confirm', 'Nobody answered.', at, later);
  });

  it('is made once, and only after a decline', () => {
    expect(() => inState('submitted').appeal('Please', at)).toThrow(NoAppealOpen);
    declined.appeal('Please look again', at);
    expect(declined.appealOpen).toBe(true);
    expect(() => declined.appeal('And again', at)).toThrow(NoAppealOpen);
  });

  it('is decided by another person, once', () => {
    expect(() => declined.uphold('colin', at)).toThrow(NoAppealOpen);
    declined.appeal('Please look again', at);
    expect(() => declined.uphold('rita', at)).toThrow(AppealNeedsAnother);
    expect(() => declined.overturn('rita', at)).toThrow(AppealNeedsAnother);
    declined.uphold('colin', at);
    expect(declined.state).toBe('declined');
    expect(() => declined.overturn('dora', at)).toThrow(NoAppealOpen);
  });

  it('that is allowed keeps the application from being deleted', () => {
    expect(declined.expiresAt).toEqual(later);
    declined.appeal('Please look again', at);
    declined.overturn('colin', at);
    expect(declined).toMatchObject({ state: 'approved', decidedBy: 'colin', expiresAt: null });
  });
});
