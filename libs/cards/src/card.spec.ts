import { describe, expect, it } from '@jest/globals';
import { Card, type CardStatus } from './card.entity.js';
import { CardHasEnded, CardHasExpired, CardIsSuspended } from './cards.problems.js';

const at = new Date('2026-11-21T10:00:00Z');

function cardThat(facts: Partial<Card> = {}): Card {
  return Object.assign(new Card(), {
    status: 'active' as CardStatus,
    validFrom: '2026-11-21',
    validUntil: '2028-11-20',
    endedAt: null,
    endReason: null,
    ...facts,
  });
}

describe('a card', () => {
  it.each([
    ['2026-11-20', 'not_yet_valid'],
    ['2026-11-21', 'active'],
    ['2028-11-20', 'active'],
    ['2028-11-21', 'expired'],
  ])('on %s is %s: its first and last day count', (day, state) => {
    expect(cardThat().stateOn(day)).toBe(state);
    expect(cardThat().worksOn(day)).toBe(state === 'active');
  });

  it('that is suspended or revoked says so also after its last day', () => {
    expect(cardThat({ status: 'suspended' }).stateOn('2030-01-01')).toBe('suspended');
    expect(cardThat({ status: 'revoked' }).stateOn('2030-01-01')).toBe('revoked');
  });

  it('works again once the suspension is lifted', () => {
    const card = cardThat();
    card.suspend();
    expect(card.worksOn('2027-01-01')).toBe(false);
    card.lift();
    expect(card.worksOn('2027-01-01')).toBe(true);
  });

  it('that was revoked stays so', () => {
    const card = cardThat();
    card.revoke('lost', at);
    expect(card).toMatchObject({ status: 'revoked', endReason: 'lost', endedAt: at });
    expect(() => card.revoke('misuse', at)).toThrow(CardHasEnded);
    expect(() => card.suspend()).toThrow(CardHasEnded);
    expect(() => card.lift()).toThrow(CardHasEnded);
    expect(card.endReason).toBe('lost');
  });

  it('can be replaced while it runs, never to get round a suspension or its last day', () => {
    expect(() => cardThat().checkReplaceable('2028-11-20')).not.toThrow();
    expect(() => cardThat({ status: 'suspended' }).checkReplaceable('2027-01-01')).toThrow(CardIsSuspended);
    expect(() => cardThat({ status: 'revoked' }).checkReplaceable('2027-01-01')).toThrow(CardHasEnded);
    expect(() => cardThat().checkReplaceable('2028-11-21')).toThrow(CardHasExpired);
  });
});
