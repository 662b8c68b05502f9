import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  evaluateOffer,
  howUsed,
  limitPeriods,
  offerReasons,
  parseOfferTerms,
  usagePeriodStart,
  whoCovered,
  type OfferQuestion,
  type OfferTerms,
  type OfferUsage,
} from './index.js';
import { isOpen, minuteOf } from './opening.js';

const QUARTER = 15 * 60_000;
const DAY = 24 * 60 * 60_000;

/** Days around both clock changes of 2026, Easter, Christmas and the leap day of 2028. */
const seasons = ['2026-03-26', '2026-04-01', '2026-10-22', '2026-12-22', '2028-02-26'].map((day) => Date.parse(day));
const instant = fc
  .tuple(fc.constantFrom(...seasons), fc.integer({ min: 0, max: 9 * DAY }), fc.boolean())
  .map(([start, after, exact]) => start + (exact ? after - (after % QUARTER) : after));
const dateNear = fc
  .tuple(fc.constantFrom(...seasons), fc.integer({ min: -3, max: 20 }))
  .map(([start, days]) => new Date(start + days * DAY).toISOString().slice(0, 10));
const clockTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '15', '30', '45'))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
const nightHour = clockTime.map((time) => `0${Number(time.slice(0, 2)) % 4}${time.slice(2)}`);
const timeRange = fc.record({ from: fc.oneof(clockTime, nightHour), to: fc.oneof(clockTime, nightHour) });
const pence = fc.integer({ min: 1, max: 20_000 });
const few = fc.integer({ min: 1, max: 5 });

const value = fc.oneof(
  fc.record(
    { kind: fc.constant('percentage'), percent: fc.integer({ min: 1, max: 100 }), capPence: pence },
    { requiredKeys: ['kind', 'percent'] },
  ),
  fc.record({ kind: fc.constant('amount_off'), amountPence: pence }),
  fc.record({ kind: fc.constant('fixed_price'), pricePence: pence }),
  fc.record({ kind: fc.constant('free_item'), item: fc.constantFrom('tea', ' cake ', 'scone & jam') }),
);
const conditions = fc.record(
  {
    who: fc.constantFrom(...whoCovered),
    how: fc.constantFrom(...howUsed),
    minimumSpendPence: pence,
    days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    times: fc.array(timeRange, { minLength: 1, maxLength: 2 }),
    startsOn: dateNear,
    endsOn: dateNear,
    excludedDates: fc.uniqueArray(dateNear, { minLength: 1, maxLength: 6 }),
    excludesBankHolidays: fc.boolean(),
    branchIds: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 }),
    limits: fc.record(
      { perCard: fc.record({ count: few, period: fc.constantFrom(...limitPeriods) }), perDay: few, total: few },
      { requiredKeys: [] },
    ),
    minimumAge: fc.integer({ min: 1, max: 70 }),
    staleListDays: fc.integer({ min: 0, max: 10 }),
  },
  { requiredKeys: ['who', 'how'] },
);

/** Terms that the parser accepts; the few contradictory ones are left out. */
const terms: fc.Arbitrary<OfferTerms> = fc
  .tuple(value, conditions)
  .map(([what, when]) => parseOfferTerms({ ...what, ...when }))
  .filter((parsed) => parsed.ok)
  .map((parsed) => (parsed.ok ? parsed.terms : (undefined as never)));

const usage = fc.record({
  card: fc.integer({ min: 0, max: 6 }),
  today: fc.integer({ min: 0, max: 6 }),
  total: fc.integer({ min: 0, max: 6 }),
});
const question: fc.Arbitrary<OfferQuestion & { at: number; usage: OfferUsage }> = fc.record({
  terms,
  at: instant,
  usage,
  branchId: fc.constantFrom('a', 'b', null),
  card: fc.constantFrom(
    { kind: 'adult' as const },
    { kind: 'young' as const, age: 12 },
    { kind: 'test' as const },
    null,
  ),
  basketPence: fc.option(fc.integer({ min: 0, max: 30_000 })),
  listAgeDays: fc.option(fc.integer({ min: 0, max: 12 })),
});

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
