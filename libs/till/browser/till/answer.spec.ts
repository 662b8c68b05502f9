import { describe, expect, it } from '@jest/globals';
import { markOf } from './answer.js';
import type { CheckAnswer } from './service.js';

const page = { say: (key: string) => key };
type Medium = NonNullable<CheckAnswer['card']>['medium'];
const answer = (card: CheckAnswer['card']) => ({ outcome: 'valid', reason: null, card, offers: [] }) as CheckAnswer;
const holding = (medium?: Medium) =>
  answer({ firstName: 'Margaret', validUntil: '2028-11-20', ...(medium === undefined ? {} : { medium }) });

describe('the mark beside a valid card', () => {
  it.each([
    ['phone', 'server', ''],
    ['printed', 'server', 'mark-printed'],
    ['plastic', 'server', 'mark-plastic'],
    [null, 'server', 'mark-typed'],
    ['phone', 'alone', 'mark-unchecked'],
    [undefined, 'alone', 'mark-no-code'],
    ['phone', 'practice', 'mark-unchecked'],
    [undefined, 'practice', 'mark-no-code'],
  ] as const)('of %s, checked by %s, is “%s”', (medium, how, mark) => {
    expect(markOf(page, holding(medium), how)).toBe(mark);
  });

  it('is none where there is no card, as for a number in practice', () => {
    expect(markOf(page, answer(null), 'practice')).toBe('');
  });
});
