import { beforeEach, describe, expect, it } from '@jest/globals';
import { accessibilityFrom, factsOf } from './accessibility.js';
import { Business, type BusinessStatus } from './business.entity.js';
import { BusinessNotReady, BusinessStatusForbids } from './businesses.problems.js';
import { slugFrom } from './slug.js';

const at = new Date('2026-11-21T10:00:00Z');
const today = '2026-11-21';

function business(status: BusinessStatus): Business {
  return Object.assign(new Business(), {
    status,
    submittedAt: null,
    decidedAt: null,
    decisionReason: null,
    leftAt: null,
    lastConfirmedOn: null,
  });
}

describe('a business', () => {
  let cafe: Business;
  beforeEach(() => {
    cafe = business('draft');
  });

  it('cannot be handed in without a branch', () => {
    expect(() => cafe.submit(0, at)).toThrow(BusinessNotReady);
    expect(cafe.status).toBe('draft');
  });

  it('goes from draft to submitted to published', () => {
    cafe.submit(1, at);
    expect(cafe.submittedAt).toBe(at);
    cafe.publish(at, today);
    expect(cafe).toMatchObject({ status: 'published', decidedAt: at, lastConfirmedOn: today });
  });

  it('is not published before it was handed in, and not twice', () => {
    expect(() => cafe.publish(at, today)).toThrow(BusinessStatusForbids);
    expect(() => business('published').publish(at, today)).toThrow(BusinessStatusForbids);
  });

  it('can be handed in again once it was declined, and the reason goes', () => {
    cafe = business('submitted');
    cafe.decline('The postcode is that of another shop.', at);
    expect(cafe).toMatchObject({ status: 'declined', decisionReason: 'The postcode is that of another shop.' });
    cafe.submit(1, at);
    expect(cafe).toMatchObject({ status: 'submitted', decisionReason: null });
  });

  it('comes back from a suspension with its old confirmation', () => {
    cafe = business('published');
    cafe.lastConfirmedOn = '2026-09-01';
    cafe.suspend('A complaint is being looked into.', at);
    expect(cafe.status).toBe('suspended');
    cafe.publish(at, today);
    expect(cafe).toMatchObject({ status: 'published', decisionReason: null, lastConfirmedOn: '2026-09-01' });
  });

  it('cannot be changed, confirmed or published once it has left', () => {
    cafe.leave(at);
    expect(cafe.leftAt).toBe(at);
    expect(() => cafe.mustBeEditable()).toThrow(BusinessStatusForbids);
    expect(() => cafe.confirm(today)).toThrow(BusinessStatusForbids);
    expect(() => cafe.publish(at, today)).toThrow(BusinessStatusForbids);
    expect(() => cafe.leave(at)).toThrow(BusinessStatusForbids);
  });

  it('says in the problem which status stands in the way', () => {
    expect(new BusinessStatusForbids('left').extra).toEqual({ status: 'left' });
  });
});

describe('a slug', () => {
  it.each([
    ['Café & Cake (Wareham)', 'cafe-and-cake-wareham'],
    ["Rosie's  Tea Room", 'rosies-tea-room'],
    ['ŠKODA – Poole', 'skoda-poole'],
    ['☕️☕️', 'business'],
    ['日本', 'business'],
    ['--', 'business'],
  ])('of %s is %s', (name, slug) => {
    expect(slugFrom(name, 'business')).toBe(slug);
  });

  it('is never longer than sixty letters and never ends in a hyphen', () => {
    const slug = slugFrom(`${'a'.repeat(59)} ${'b'.repeat(300)}`, 'business');
    expect(slug).toBe('a'.repeat(59));
  });
});

describe('accessibility', () => {
  it('keeps what is known and nothing else, in one order', () => {
    const kept = accessibilityFrom(['parking', 'step_free']);
    expect(kept).toEqual({ step_free: true, parking: true });
    expect(factsOf(kept)).toEqual(['step_free', 'parking']);
  });
});
