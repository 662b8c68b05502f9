import { describe, expect, it } from '@jest/globals';
import { type Answers, allSteps, mayOpen, nextStep, pathBefore, stepsFor } from './join-flow.js';

const version = '2026-1';
const cafe: Answers = {
  name: { name: 'The Quay Kitchen' },
  kind: { kind: 'independent' },
  category: { category: 'eating-and-drinking' },
  homes: { homes: 'no' },
};

describe('the questions of joining', () => {
  it('are all asked of a café, but for the one about homes', () => {
    expect(stepsFor(cafe)).toEqual(allSteps.filter((step) => step !== 'work'));
    expect(nextStep({}, version)).toBe('name');
    expect(nextStep(cafe, version)).toBe('contact');
  });

  it('leave out places for a business that is online only', () => {
    expect(stepsFor({ ...cafe, kind: { kind: 'online' } })).not.toEqual(expect.arrayContaining(['where']));
    expect(stepsFor({ ...cafe, kind: { kind: 'online' } })).not.toContain('place');
    const online = stepsFor({ ...cafe, where: { where: 'online' } });
    expect(online).toContain('where');
    expect(online).not.toContain('access');
  });

  it('ask a trade about its work and where it sets out from, and not what helps visitors', () => {
    const trade: Answers = { ...cafe, homes: { homes: 'yes' } };
    const asked = ['name', 'kind', 'category', 'homes', 'work', 'contact', 'about', 'place', 'offer', 'terms'];
    expect(stepsFor(trade)).toEqual(asked);
    expect(nextStep(trade, version)).toBe('work');
    expect(stepsFor({ ...trade, kind: { kind: 'online' }, where: { where: 'online' } })).toEqual(asked);
  });

  it('can be opened up to the first without an answer, and no further', () => {
    expect(mayOpen('kind', cafe, version)).toBe(true);
    expect(mayOpen('contact', cafe, version)).toBe(true);
    expect(mayOpen('about', cafe, version)).toBe(false);
    expect(mayOpen('place', { ...cafe, kind: { kind: 'online' } }, version)).toBe(false);
  });

  it('ask for the terms again when they changed', () => {
    const all: Answers = {
      ...cafe,
      contact: { contactName: 'Jo', contactEmail: 'jo@example.org', contactPhone: null },
      about: { summary: null, website: null, leafletCode: null },
      where: { where: 'online' },
      offer: { subject: null, terms: { kind: 'percentage', percent: 10, who: 'carer', how: 'in_person' } },
      terms: { version, agree: true },
    };
    expect(nextStep(all, version)).toBeNull();
    expect(nextStep(all, '2027-1')).toBe('terms');
  });

  it('lead back one by one, and from the first to the start page', () => {
    expect(pathBefore('kind', cafe)).toBe('/for-business/join/name');
    expect(pathBefore('name', cafe)).toBe('/for-business');
    expect(pathBefore('about', { ...cafe, kind: { kind: 'online' } })).toBe('/for-business/join/contact');
  });
});
