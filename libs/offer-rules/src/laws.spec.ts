import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAY, instant, QUARTER, question, terms, value } from './any-offer.fixture.js';
import {
  evaluateOffer,
  offerReasons,
  parseOfferTerms,
  usagePeriodStart,
  type OfferQuestion,
  type OfferTerms,
  type OfferUsage,
} from './index.js';
import { isOpen, minuteOf } from './opening.js';

/** What the same uses count for at a later instant: periods that ended since then no longer count. */
function usageAt(asked: { terms: OfferTerms; at: number; usage: OfferUsage }, later: number): OfferUsage {
  const { limits } = asked.terms;
  const same = (period: 'day' | 'week' | 'month' | 'year' | 'ever') =>
    usagePeriodStart(period, asked.at) === usagePeriodStart(period, later);
  return {
    card: same(limits?.perCard?.period ?? 'ever') ? asked.usage.card : 0,
    today: same('day') ? asked.usage.today : 0,
    total: asked.usage.total,
  };
}

/** The question asked again later; the basket is left out because `nextUsableAt` promises nothing about it. */
function askLater(asked: OfferQuestion & { at: number; usage: OfferUsage }, later: number) {
  return evaluateOffer({ ...asked, at: later, usage: usageAt(asked, later), basketPence: null, findNext: false });
}

const london = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/London',
  dateStyle: 'short',
  timeStyle: 'short',
});

/** Days and times decided in another way: from the text a London clock would print, day by day, range by range. */
function isOpenByTheClock(asked: OfferTerms, at: number): boolean {
  const [today, clock] = london.format(at).split(' ') as [string, string];
  const yesterday = new Date(Date.parse(today) - DAY).toISOString().slice(0, 10);
  const allowed = (date: string) =>
    (!asked.days || asked.days.includes(new Date(date).getUTCDay() || 7)) &&
    (!asked.startsOn || date >= asked.startsOn) &&
    (!asked.endsOn || date <= asked.endsOn) &&
    !asked.excludedDates?.includes(date);
  const ranges = asked.times ?? [{ from: '00:00', to: '00:00' }];
  return ranges.some(({ from, to }) => {
    const end = to > from ? minuteOf(to) : minuteOf(to) + 1440;
    const inside = (minute: number) => minute >= minuteOf(from) && minute < end;
    return (allowed(today) && inside(minuteOf(clock))) || (allowed(yesterday) && inside(minuteOf(clock) + 1440));
  });
}

describe('the laws of the engine', () => {
  it('days and times agree with a London clock', () => {
    fc.assert(
      fc.property(terms, instant, (asked, at) => {
        const { excludesBankHolidays: _left, ...rest } = asked;
        expect(isOpen(rest, at)).toBe(isOpenByTheClock(rest as OfferTerms, at));
      }),
      { numRuns: 1_000 },
    );
  });

  it('a usable offer never goes beyond a limit, and one use is left at least', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const answer = evaluateOffer(asked);
        const { perCard, perDay, total } = asked.terms.limits ?? {};
        if (answer.remaining !== null) expect(answer.remaining).toBeGreaterThanOrEqual(0);
        if (!answer.usable) return expect(offerReasons).toContain(answer.reason);
        if (answer.remaining !== null) expect(answer.remaining).toBeGreaterThanOrEqual(1);
        if (perCard) expect(asked.usage.card).toBeLessThan(perCard.count);
        if (perDay) expect(asked.usage.today).toBeLessThan(perDay);
        if (total) expect(asked.usage.total).toBeLessThan(total);
      }),
      { numRuns: 1_000 },
    );
  });

  it('using what remains, one after another, ends at the limit exactly', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const first = evaluateOffer(asked);
        if (!first.usable || first.remaining === null) return;
        for (let used = 1; used <= first.remaining; used += 1) {
          const { card, today, total } = asked.usage;
          const answer = evaluateOffer({
            ...asked,
            usage: { card: card + used, today: today + used, total: total + used },
          });
          expect(answer.remaining).toBe(first.remaining - used);
          expect(answer.usable).toBe(used < first.remaining);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('the next usable time is usable, and no quarter-hour before it is', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const answer = evaluateOffer(asked);
        if (answer.usable || !['offer_not_now', 'limit_reached'].includes(answer.reason)) return;
        const next = answer.nextUsableAt?.getTime() ?? Infinity;
        expect(next).toBeGreaterThan(asked.at);
        if (next < Infinity) {
          expect(askLater(asked, next).usable).toBe(true);
          expect(askLater(asked, next - 1).usable).toBe(false);
        }
        const firstQuarter = Math.ceil(asked.at / QUARTER) * QUARTER;
        for (let at = firstQuarter; at < Math.min(next, asked.at + 10 * DAY); at += QUARTER) {
          if (askLater(asked, at).usable) throw new Error(`Usable at ${new Date(at).toISOString()}, before the next.`);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('a saving is whole pence, at most the basket and the cap', () => {
    fc.assert(
      fc.property(question, (asked) => {
        const answer = evaluateOffer(asked);
        if (!answer.usable || answer.savingPence === null) return;
        expect(Number.isSafeInteger(answer.savingPence)).toBe(true);
        expect(answer.savingPence).toBeGreaterThanOrEqual(0);
        expect(answer.savingPence).toBeLessThanOrEqual(asked.basketPence as number);
        if (asked.terms.kind === 'percentage') {
          expect(answer.savingPence).toBeLessThanOrEqual(asked.terms.capPence ?? Infinity);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('parsed terms are plain JSON, and parsing them again changes nothing', () => {
    fc.assert(
      fc.property(terms, (asked) => {
        const again = JSON.parse(JSON.stringify(asked)) as unknown;
        expect(again).toEqual(asked);
        expect(parseOfferTerms(again)).toStrictEqual({ ok: true, terms: asked });
      }),
      { numRuns: 1_000 },
    );
  });

  it('the parser answers anything at all without throwing', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.jsonValue(), fc.tuple(value, fc.dictionary(fc.string(), fc.anything()))),
        (any) => {
          const parsed = parseOfferTerms(
            Array.isArray(any) && any.length === 2 ? Object.assign({}, ...(any as object[])) : any,
          );
          if (!parsed.ok) expect(parsed.errors.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
