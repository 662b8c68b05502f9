import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Answers, merge } from './preference-merge.js';

const names = ['carers_information.email', 'format', 'topics'] as const;
const answers = fc.record(
  Object.fromEntries(names.map((name) => [name, fc.constantFrom('', 'yes', 'no')])),
) as fc.Arbitrary<Answers>;

describe('a preference form', () => {
  it('changes exactly what the person changed, when nothing happened meanwhile', () => {
    fc.assert(
      fc.property(answers, answers, (shown, typed) => {
        const { wanted, conflicts, newer } = merge(shown, typed, shown);
        expect({ ...shown, ...wanted }).toEqual(typed);
        expect([conflicts, newer]).toEqual([[], []]);
      }),
    );
  });

  it('changes nothing when it is sent a second time', () => {
    fc.assert(
      fc.property(answers, answers, (shown, typed) => {
        const saved = { ...shown, ...merge(shown, typed, shown).wanted };
        expect(merge(shown, typed, saved)).toEqual({ wanted: {}, conflicts: [], newer: [] });
      }),
    );
  });

  it('never takes back what was changed meanwhile: it is left alone, or asked about', () => {
    fc.assert(
      fc.property(answers, answers, answers, (shown, typed, now) => {
        const { wanted, conflicts, newer } = merge(shown, typed, now);
        for (const name of names) {
          const changedMeanwhile = now[name] !== shown[name];
          if (changedMeanwhile) expect(wanted[name]).toBeUndefined();
          const differs = typed[name] !== now[name];
          expect(differs).toBe(name in wanted || conflicts.includes(name) || newer.includes(name));
        }
      }),
    );
  });
});
