import { Translations } from '@carers/pages';
import { describe, expect, it } from '@jest/globals';
import { checkEvidence, earliestIn, type Evidence } from './evidence.js';
import { evidenceView, reasonOf } from './review.presenter.js';

const words = new Translations({ strict: true }).in('en-GB');
const cafe = '0190a6a4-7c1e-7000-8000-000000000001';
const names = new Map([[cafe, 'The Quay Kitchen, Poole']]);
const view = (evidence: Evidence) => evidenceView(evidence, names, words);

describe('evidence as people read it', () => {
  it('tells what came first first, in plain words, with units and names', () => {
    const { facts } = view({
      mph: 240.4,
      miles: 20,
      secondBranchId: cafe,
      secondAt: '2026-11-21T14:35:00.000Z',
      firstAt: '2026-11-21T14:30:00.000Z',
      firstMedium: 'phone',
      minutes: 5,
    });
    expect(facts.map(({ label, text }) => `${label}: ${text}`)).toEqual([
      'First check: 21 November 2026 at 2:30pm',
      'First shown: on a phone',
      'Second check: 21 November 2026 at 2:35pm',
      'Second place: The Quay Kitchen, Poole',
      'Distance: 20 miles',
      'Time between: 5 minutes',
      'Speed that would need: 240.4 miles an hour',
    ]);
  });

  it('shows lists line by line, and leaves out ids and what is not known', () => {
    const { facts, lists } = view({
      scanId: cafe,
      cardId: cafe,
      basketPence: 450,
      reason: null,
      places: [{ branchId: cafe, scans: 3 }],
      flag: ['revoked', 'limit_reached'],
      limits: [{ used: 2, most: 1, limit: 'card' }],
    });
    expect(facts).toEqual([{ label: 'Bill', text: '£4.50' }]);
    expect(lists).toEqual([
      { label: 'Noticed', lines: ['stopped for good', 'used as often as it may be'] },
      { label: 'Limits that were passed', lines: ['for each card · Allowed: 1 · Used: 2'] },
      { label: 'Places', lines: ['The Quay Kitchen, Poole · Checks: 3'] },
    ]);
  });

  it('has a word for a reason that nobody wrote a sentence for', () => {
    expect(reasonOf({ reasonKey: 'nobody:knows', evidence: {} }, words)).toBe('Something was noticed.');
    expect(reasonOf({ reasonKey: 'misuse:burst', evidence: { scans: 20, windowMinutes: 60 } }, words)).toContain(
      '20 times',
    );
  });
});

describe('evidence', () => {
  it('may not be words of people', () => {
    expect(() => checkEvidence({ note: 'Ann Hale' })).toThrow('note');
    expect(() => checkEvidence({ note: 'x'.repeat(121) })).toThrow(TypeError);
    expect(() => checkEvidence({ at: '2026-11-21T14:30:00.000Z', id: cafe, why: 'stale_code', n: 1 })).not.toThrow();
  });

  it('counts from its earliest instant, which is never later than now', () => {
    const now = new Date('2026-11-21T15:00:00Z');
    expect(earliestIn({ firstAt: '2026-11-20T15:00:00Z', lines: [{ seenAt: '2026-11-19T15:00:00Z' }] }, now)).toEqual(
      new Date('2026-11-19T15:00:00Z'),
    );
    expect(earliestIn({ firstAt: '2030-01-01T00:00:00Z' }, now)).toEqual(now);
    expect(earliestIn({ scans: 3, lookedAt: 'never' }, now)).toEqual(now);
  });
});
