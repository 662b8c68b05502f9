import type { HomeWork } from '@carers/businesses';
import { describe, expect, it } from '@jest/globals';
import { shippedProgrammes } from '../programmes/read-programme.js';
import { takeApart } from '../programmes/programme-words.js';
import { factsFrom } from './registered.js';

const said: HomeWork = { tasks: ['plumbing', 'gas'], customers: ['older'], employees: 3, premises: 1, tradingNames: 2 };
const shipped = Object.fromEntries(shippedProgrammes().map((each) => [each.slug, takeApart('id', each).programme]));

describe('what a trade said at joining', () => {
  it('answers the questions of the programme for trades that ask the same', () => {
    expect(factsFrom(said, shipped['trader-vetting']!)).toEqual({
      work: ['plumbing', 'gas'],
      whom: ['older'],
      employees: 3,
      premises: 1,
      trading_names: 2,
    });
  });

  it('is left out where a programme asks something else, so that it is asked', () => {
    expect(factsFrom(said, shipped['carer-friendly-award']!)).toEqual({});
    const others = { facts: [{ key: 'work', kind: 'choices', choices: [{ key: 'gas' }] }], feeFacts: {} } as never;
    expect(factsFrom(said, others)).toEqual({});
  });
});
