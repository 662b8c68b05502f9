import { bundledScheme, type Policy } from '@carers/places';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Answers, caringRoles } from './answers.js';
import { firstOpen, mayShow, stepBefore, type StepContext, stepsFor } from './steps.js';

let context: StepContext;

beforeAll(async () => {
  const { policies } = (await bundledScheme('dorset')) as { policies: { document: Policy }[] };
  context = { policy: policies.at(-1)!.document, today: '2026-11-21', wording: 'v1' };
});

const said = (purpose: 'carers_information' | 'business_offers', version = 'v1') => ({
  version,
  answers: [{ purpose, channel: 'post', given: true } as const],
});

function complete(changes: Partial<Answers> = {}): Answers {
  return {
    caring: 'yes',
    unpaid: true,
    lives: 'here',
    name: { first: 'Ann', last: 'Ridge' },
    birthDate: '1970-01-31',
    lookedAfter: ['adult'],
    address: { lines: ['1 Way'], postcode: 'BH15 1HJ', regionId: 'r', outside: null },
    contact: { channel: 'post', email: null, mobile: null },
    consents: { carers_information: said('carers_information'), business_offers: said('business_offers') },
    ...changes,
  };
}

describe('the questions', () => {
  it('come one after the other, none to be skipped', () => {
    expect(firstOpen({}, context)).toBe('caring');
    const half: Answers = { caring: 'yes', unpaid: true };
    expect(firstOpen(half, context)).toBe('area');
    expect(mayShow('unpaid', half, context)).toBe(true);
    expect(mayShow('area', half, context)).toBe(true);
    expect(mayShow('name', half, context)).toBe(false);
    expect(stepBefore('area', half, context)).toBe('unpaid');
    expect(stepBefore('caring', half, context)).toBeNull();
    expect(firstOpen(complete(), context)).toBeNull();
    expect(stepBefore(null, complete(), context)).toBe('business-offers');
  });

  it('ask for agreement under the age of the policy only', () => {
    expect(stepsFor(complete({ birthDate: '2013-11-22' }), context)).toContain('agreement');
    expect(stepsFor(complete({ birthDate: '2013-11-21' }), context)).not.toContain('agreement');
  });

  it('ask no child about offers of businesses', () => {
    expect(stepsFor(complete({ birthDate: '2008-11-22' }), context)).not.toContain('business-offers');
    expect(stepsFor(complete({ birthDate: '2008-11-21' }), context)).toContain('business-offers');
  });

  it('ask where the other person lives only when the home is outside', () => {
    expect(stepsFor(complete(), context)).not.toContain('cared-for');
    const address = { lines: ['1 Way'], postcode: 'SP1 2AA', regionId: null, outside: 'Salisbury' };
    expect(firstOpen(complete({ address }), context)).toBe('cared-for');
  });

  it('ask for consent anew for another channel or in other words', () => {
    const contact = { channel: 'email', email: 'a@example.org', mobile: null } as const;
    expect(firstOpen(complete({ contact }), context)).toBe('carers-information');
    const consents = { carers_information: said('carers_information', 'v0'), business_offers: said('business_offers') };
    expect(firstOpen(complete({ consents }), context)).toBe('carers-information');
  });
});

describe('caring roles', () => {
  const roles = (changes: Partial<Answers>) => caringRoles(complete(changes), context.policy, context.today);

  it('follow from age and answers, and several may apply', () => {
    expect(roles({})).toEqual(['adult_carer']);
    expect(roles({ lookedAfter: ['own_child', 'adult'] })).toEqual(['parent_carer', 'adult_carer']);
    expect(roles({ birthDate: '2012-01-01' })).toEqual(['young_carer']);
    expect(roles({ birthDate: '2010-01-01' })).toEqual(['young_carer', 'young_adult_carer']);
    expect(roles({ birthDate: '2004-01-01' })).toEqual(['young_adult_carer', 'adult_carer']);
    expect(roles({ caring: 'used_to' })).toEqual(['adult_carer', 'former_carer']);
  });
});
