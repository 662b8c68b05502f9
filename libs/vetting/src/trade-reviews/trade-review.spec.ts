import { addDays } from '@carers/kernel';
import { describe, expect, it } from '@jest/globals';
import { reviewDays, TradeReview } from './trade-review.entity.js';
import { ReviewHasMovedOn } from './trade-reviews.problems.js';

const [at, today] = [new Date('2026-11-21T10:00:00Z'), '2026-11-21'];
const said = { stars: 2, workedIn: null, words: 'Late.', mayPublish: true };
const shown = { words: 'Late.', reply: 'Sorry.', lastWord: 'Fine.' };
const nothing = { outcome: null, words: null };

function reviewIn(state: 'invited' | 'received' | 'with_business' | 'answered'): TradeReview {
  const review = Object.assign(new TradeReview(), { state: 'invited', reply: null, lastWord: null, lastWordAt: null });
  if (state !== 'invited') review.receive(said, at);
  if (state === 'with_business' || state === 'answered') review.pass('Late.', at, today);
  if (state === 'answered') review.answer('Sorry.', at, today);
  return review;
}

describe('a review of a trade', () => {
  it('goes one way: said, looked through, replied to, closed', () => {
    expect(() => reviewIn('invited').pass('x', at, today)).toThrow(ReviewHasMovedOn);
    expect(() => reviewIn('received').receive(said, at)).toThrow(ReviewHasMovedOn);
    expect(() => reviewIn('received').answer('x', at, today)).toThrow(ReviewHasMovedOn);
    expect(() => reviewIn('with_business').close('x', at)).toThrow(ReviewHasMovedOn);
    expect(() => reviewIn('with_business').setAside('x', 'o', at)).toThrow(ReviewHasMovedOn);
    const review = reviewIn('answered');
    review.close('Fine.', at);
    expect(() => review.close('More.', at)).toThrow(ReviewHasMovedOn);
    review.end(shown, nothing, 'o', at, today);
    expect(review).toMatchObject({ state: 'published', shownWords: 'Late.', reply: 'Sorry.', lastWord: 'Fine.' });
    expect(() => review.end(shown, nothing, 'o', at, today)).toThrow(ReviewHasMovedOn);
  });

  it('ends only when those who may still say something have said it, or let their days pass', () => {
    const waiting = reviewIn('with_business');
    expect(waiting.canEnd(addDays(today, reviewDays.reply))).toBe(false);
    expect(waiting.canEnd(addDays(today, reviewDays.reply + 1))).toBe(true);
    const answered = reviewIn('answered');
    expect(answered.canEnd(addDays(today, reviewDays.lastWord))).toBe(false);
    expect(answered.canEnd(addDays(today, reviewDays.lastWord + 1))).toBe(true);
    expect(reviewIn('received').canEnd('2030-01-01')).toBe(false);
  });

  it('shows no reply that was never made, and nothing at all where the customer does not agree', () => {
    const late = addDays(today, 60);
    const silent = reviewIn('with_business');
    silent.end(shown, nothing, 'o', at, late);
    expect(silent).toMatchObject({ state: 'published', reply: null, lastWord: null });
    const private_ = Object.assign(reviewIn('with_business'), { mayPublish: false });
    private_.end(shown, { outcome: 'upheld', words: null }, 'o', at, late);
    expect(private_).toMatchObject({ state: 'closed', outcome: 'upheld' });
  });
});
