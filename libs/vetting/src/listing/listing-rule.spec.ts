import { addDays, type LocalDate } from '@carers/kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { caseStates } from '../cases/case-moves.js';
import { checkStates } from '../checks/vetting-check.entity.js';
import { listingRule, type RuledCase, type RuledCheck } from './listing-rule.js';

const today = '2026-11-22';
const insurance: RuledCheck = {
  key: 'public-liability',
  state: 'accepted',
  validUntil: '2027-03-01',
  onLapse: 'hide_home_visits',
  waits: false,
};
const plumber: RuledCase = {
  state: 'approved',
  suspendedBySystem: false,
  forListing: true,
  accreditation: { validFrom: '2026-06-01', validUntil: '2027-05-31' },
  checks: [insurance],
  fee: 'paid',
};
const withCheck = (change: Partial<RuledCheck>): RuledCase => ({ ...plumber, checks: [{ ...insurance, ...change }] });

describe('the listing of a trade', () => {
  it('follows from an approved file that is in date, until the first of its dates', () => {
    expect(listingRule(plumber, today)).toEqual({
      listed: true,
      accredited: true,
      because: [],
      move: null,
      until: '2027-03-01',
      nextChangeOn: '2027-03-02',
    });
  });

  it('holds on the last day, and lapses on the next', () => {
    expect(listingRule(plumber, '2027-03-01')).toMatchObject({ listed: true, move: null });
    expect(listingRule(plumber, '2027-03-02')).toMatchObject({
      listed: false,
      accredited: false,
      move: 'lapse',
      because: [{ kind: 'check_over', key: 'public-liability' }],
    });
  });

  it('is given back when what lapsed is renewed', () => {
    const lapsed = { ...withCheck({ state: 'lapsed' }), state: 'lapsed' } as const;
    expect(listingRule(lapsed, '2027-03-05').move).toBeNull();
    const renewed = { ...withCheck({ validUntil: '2028-03-01' }), state: 'lapsed' } as const;
    expect(listingRule(renewed, '2027-03-05')).toMatchObject({ listed: true, move: 'restore', until: '2027-05-31' });
  });

  it('is not touched by a check of which the programme only gives notice', () => {
    const file = withCheck({ onLapse: 'notice_only', validUntil: '2026-01-01' });
    expect(listingRule(file, today)).toMatchObject({ listed: true, nextChangeOn: '2027-06-01' });
  });

  it('is suspended by a check that says so, and lifted only where nobody but the program suspended it', () => {
    const file = withCheck({ onLapse: 'suspend', validUntil: '2026-11-21' });
    expect(listingRule(file, today).move).toBe('suspend');
    const renewed = withCheck({ onLapse: 'suspend' });
    expect(listingRule({ ...renewed, state: 'suspended', suspendedBySystem: true }, today).move).toBe('lift');
    expect(listingRule({ ...renewed, state: 'suspended' }, today)).toMatchObject({ listed: false, move: null });
  });

  it('waits for a fee that is overdue or disputed, not for one that is due', () => {
    expect(listingRule({ ...plumber, fee: 'due' }, today).listed).toBe(true);
    for (const fee of ['overdue', 'disputed'] as const) {
      expect(listingRule({ ...plumber, fee }, today)).toMatchObject({ listed: false, move: 'lapse' });
    }
  });

  it('goes on while a check waits that may, and not once somebody said no to it', () => {
    expect(listingRule(withCheck({ state: 'asked', validUntil: null, waits: true }), today).listed).toBe(true);
    expect(listingRule(withCheck({ state: 'rejected', validUntil: null }), today).listed).toBe(false);
  });

  it('is nothing that the award gives', () => {
    expect(listingRule({ ...plumber, forListing: false }, today)).toMatchObject({ listed: false, accredited: true });
  });
});

const day = fc.integer({ min: -400, max: 800 }).map((days): LocalDate => addDays(today, days));
const check: fc.Arbitrary<RuledCheck> = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  state: fc.constantFrom(...checkStates),
  validUntil: fc.option(day),
  onLapse: fc.constantFrom('hide_home_visits', 'notice_only', 'suspend'),
  waits: fc.boolean(),
});
const file: fc.Arbitrary<RuledCase> = fc.record({
  state: fc.oneof(fc.constantFrom('approved' as const, 'lapsed' as const), fc.constantFrom(...caseStates)),
  suspendedBySystem: fc.boolean(),
  forListing: fc.boolean(),
  accreditation: fc.option(
    fc.tuple(day, fc.nat(800)).map(([validFrom, days]) => ({ validFrom, validUntil: addDays(validFrom, days) })),
  ),
  checks: fc.array(check, { maxLength: 5 }),
  fee: fc.option(fc.constantFrom('none', 'due', 'part_paid', 'paid', 'overdue', 'disputed')),
});

describe('for any file', () => {
  it('nobody is listed who is not accredited, and each refusal has a reason', () => {
    fc.assert(
      fc.property(file, day, (given, on) => {
        const standing = listingRule(given, on);
        expect(standing.listed && !standing.accredited).toBe(false);
        expect(standing.accredited).toBe(standing.because.length === 0);
      }),
    );
  });

  it('a needed check that is over or lapsed is never listed', () => {
    fc.assert(
      fc.property(file, day, (given, on) => {
        const { accredited } = listingRule(given, on);
        const over = given.checks.some(
          ({ state, validUntil, onLapse }) =>
            onLapse !== 'notice_only' &&
            (state === 'lapsed' || (state === 'accepted' && validUntil !== null && validUntil < on)),
        );
        if (over) expect(accredited).toBe(false);
      }),
    );
  });

  it('only decided states are accredited', () => {
    fc.assert(
      fc.property(file, day, (given, on) => {
        if (!listingRule(given, on).accredited) return;
        expect(
          given.state === 'suspended' ? given.suspendedBySystem : ['approved', 'lapsed'].includes(given.state),
        ).toBe(true);
      }),
    );
  });

  it('what is lost by the passing of days stays lost', () => {
    fc.assert(
      fc.property(file, day, fc.nat(800), (given, on, later) => {
        if (given.accreditation && given.accreditation.validFrom > on) return;
        const then = listingRule(given, addDays(on, later));
        if (then.accredited) expect(listingRule(given, on).accredited).toBe(true);
      }),
    );
  });

  it('nothing changes before the day that is told, and `until` is the last day of it', () => {
    fc.assert(
      fc.property(file, day, fc.nat(800), (given, on, later) => {
        const now = listingRule(given, on);
        const other = addDays(on, later);
        if (now.nextChangeOn !== null) expect(now.nextChangeOn > on).toBe(true);
        const then = listingRule(given, other);
        if (now.nextChangeOn === null || other < now.nextChangeOn) {
          expect([then.listed, then.accredited, then.move]).toEqual([now.listed, now.accredited, now.move]);
        }
        if (now.until !== null) {
          expect(listingRule(given, now.until).accredited).toBe(true);
          expect(listingRule(given, addDays(now.until, 1)).accredited).toBe(false);
        }
      }),
    );
  });

  it('renewing everything and paying brings a lapsed one back', () => {
    fc.assert(
      fc.property(file, day, (given, on) => {
        if (!['approved', 'lapsed'].includes(given.state)) return;
        const renewed: RuledCase = {
          ...given,
          fee: 'paid',
          accreditation: { validFrom: on, validUntil: addDays(on, 365) },
          checks: given.checks.map((each) => ({ ...each, state: 'accepted', validUntil: addDays(on, 365) })),
        };
        const standing = listingRule(renewed, on);
        expect(standing).toMatchObject({ accredited: true, listed: given.forListing });
        expect(standing.move).toBe(given.state === 'lapsed' ? 'restore' : null);
      }),
    );
  });

  it('a move is one that the case can make', () => {
    fc.assert(
      fc.property(file, day, (given, on) => {
        const { move } = listingRule(given, on);
        if (move === 'lapse') expect(given.state).toBe('approved');
        if (move === 'restore') expect(given.state).toBe('lapsed');
        if (move === 'suspend') expect(['approved', 'lapsed']).toContain(given.state);
        if (move === 'lift') expect([given.state, given.suspendedBySystem]).toEqual(['suspended', true]);
      }),
    );
  });
});
