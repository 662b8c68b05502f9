import { describe, expect, it } from '@jest/globals';
import { noon, offer } from './offline.fixture.js';
import { isCardTally, talliesOf, usageFor } from './tallies.js';

const id = offer().id;

describe('counts of uses', () => {
  it('are kept only where a limit asks for them', () => {
    expect(talliesOf(offer(), 'card', noon)).toEqual([]);
    expect(talliesOf(offer({ limits: { perDay: 3 } }), 'card', noon)).toEqual([`day ${id} 2026-11-21`]);
    const perCard = offer({ limits: { perCard: { count: 1, period: 'week' } } });
    expect(talliesOf(perCard, 'card', noon)).toEqual([`card ${id} card week 2026-11-16`]);
    expect(talliesOf(perCard, null, noon)).toEqual([]);
  });

  it('begin afresh with each period', () => {
    const monthly = offer({ limits: { perCard: { count: 1, period: 'month' } } });
    const tallies = new Map(talliesOf(monthly, 'card', noon).map((tally) => [tally, 1]));
    expect(usageFor(monthly, 'card', noon, '2026-11-21T12:00:00Z', tallies)).toMatchObject({ card: 1 });
    const december = Date.parse('2026-12-01T00:00:00Z');
    expect(usageFor(monthly, 'card', december, '2026-11-21T12:00:00Z', tallies)).toMatchObject({ card: 0 });
  });

  it('of one card are forgotten once their period or their offer is over', () => {
    const ids = new Set([id]);
    const tally = (period: 'day' | 'ever') =>
      talliesOf(offer({ limits: { perCard: { count: 1, period } } }), 'card', noon)[0]!;
    expect(isCardTally(tally('day'), ids, noon)).toBe(true);
    expect(isCardTally(tally('day'), ids, noon + 86_400_000)).toBe(false);
    expect(isCardTally(tally('ever'), ids, noon + 900 * 86_400_000)).toBe(true);
    expect(isCardTally(tally('ever'), new Set(), noon)).toBe(false);
    expect(isCardTally(`day ${id} 2026-11-21`, ids, noon)).toBe(false);
    expect(isCardTally('nonsense', ids, noon)).toBe(false);
  });
});
