import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Facts } from './programme.js';
import { takeApart } from './programme-words.js';
import { shippedProgrammes } from './read-programme.js';
import { checksFor, openFacts, tierOf } from './tiers.js';

const { programme } = takeApart(
  'id',
  shippedProgrammes().find(({ slug }) => slug === 'trader-vetting')!,
);

const gardener: Facts = {
  work: ['gardening'],
  where: ['outside'],
  whom: ['public'],
  employees: 1,
  premises: 1,
  trading_names: 1,
  subcontractors: false,
  large_jobs: false,
  limited_company: false,
};
const keysOf = (facts: Facts) => checksFor(programme, tierOf(programme, facts)!.tier, facts).map(({ key }) => key);

describe('the tier of a trade', () => {
  it.each<[string, Facts, string, number]>([
    ['a gardener who works alone', {}, 'standard', 0],
    ['a gas fitter', { work: ['plumbing', 'gas'], where: ['inside'] }, 'high', 1],
    ['a locksmith', { work: ['locks'], where: ['outside'] }, 'high', 1],
    ['a cleaner with keys', { work: ['cleaning'], where: ['keys'] }, 'high', 1],
    ['a cleaner for people who need care', { work: ['cleaning'], where: ['inside'], whom: ['disabled'] }, 'high', 1],
    ['a plumber of older people', { work: ['plumbing'], where: ['inside'], whom: ['older', 'public'] }, 'raised', 1],
    ['a roofer who takes deposits', { work: ['building'], large_jobs: true }, 'raised', 2],
    ['a gardener who sends others', { subcontractors: true }, 'raised', 1],
  ])('of %s follows with its reasons', (_who, facts, tier, reasons) => {
    const found = tierOf(programme, { ...gardener, ...facts });
    expect(found?.tier).toBe(tier);
    expect(found?.because).toHaveLength(reasons);
  });

  it('waits until everything that counts is answered', () => {
    expect(tierOf(programme, {})).toBeNull();
    expect(openFacts(programme, {}).map(({ key }) => key)).toEqual(programme.facts.map(({ key }) => key));
    const { where: _, ...rest } = gardener;
    expect(tierOf(programme, rest)).toBeNull();
    expect(openFacts(programme, { ...rest, where: [] }).map(({ key }) => key)).toEqual(['where']);
  });

  it('never falls when somebody says that they do more', () => {
    const order = programme.tiers.map(({ key }) => key);
    const options = (fact: string) => programme.facts.find(({ key }) => key === fact)!.choices!.map(({ key }) => key);
    const some = (fact: string) => fc.subarray(options(fact), { minLength: 1 });
    fc.assert(
      fc.property(some('work'), some('where'), some('whom'), some('work'), (work, where, whom, more) => {
        const facts = { ...gardener, work, where, whom };
        const wider = { ...facts, work: [...new Set([...work, ...more])] };
        const level = (of: Facts) => order.indexOf(tierOf(programme, of)!.tier);
        expect(level(wider)).toBeGreaterThanOrEqual(level(facts));
        expect(keysOf(wider)).toEqual(expect.arrayContaining(keysOf(facts)));
      }),
    );
  });
});

describe('the checks of a trade', () => {
  it('are those of its tier and of what it does', () => {
    expect(keysOf(gardener)).not.toContain('disclosures');
    expect(keysOf(gardener)).not.toContain('employers-liability');
    expect(keysOf({ ...gardener, employees: 2 })).toContain('employers-liability');
    expect(keysOf({ ...gardener, where: ['inside'] })).toContain('disclosures');
    expect(keysOf({ ...gardener, work: ['gas'] })).toContain('gas-register');
    expect(keysOf({ ...gardener, work: ['windows'] })).toEqual(
      expect.arrayContaining(['window-register', 'site-visit']),
    );
    expect(keysOf({ ...gardener, work: ['windows'] })).not.toContain('electrical-register');
  });
});
