import fc from 'fast-check';
import {
  howUsed,
  limitPeriods,
  parseOfferTerms,
  whoCovered,
  type OfferQuestion,
  type OfferTerms,
  type OfferUsage,
} from './index.js';

/** For specs: any offer, and any question about it, most of them near the days that are hard. */
export const QUARTER = 15 * 60_000;
export const DAY = 24 * 60 * 60_000;

/** Days around both clock changes of 2026, Easter, Christmas and the leap day of 2028. */
const seasons = ['2026-03-26', '2026-04-01', '2026-10-22', '2026-12-22', '2028-02-26'].map((day) => Date.parse(day));
export const instant = fc
  .tuple(fc.constantFrom(...seasons), fc.integer({ min: 0, max: 9 * DAY }), fc.boolean())
  .map(([start, after, exact]) => start + (exact ? after - (after % QUARTER) : after));
export const dateNear = fc
  .tuple(fc.constantFrom(...seasons), fc.integer({ min: -3, max: 20 }))
  .map(([start, days]) => new Date(start + days * DAY).toISOString().slice(0, 10));
const clockTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom('00', '15', '30', '45'))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${minute}`);
const nightHour = clockTime.map((time) => `0${Number(time.slice(0, 2)) % 4}${time.slice(2)}`);
const timeRange = fc.record({ from: fc.oneof(clockTime, nightHour), to: fc.oneof(clockTime, nightHour) });
const pence = fc.integer({ min: 1, max: 20_000 });
const few = fc.integer({ min: 1, max: 5 });

export const value = fc.oneof(
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

/** Terms that the parser accepts; a condition that contradicts another one is left out. */
export const terms: fc.Arbitrary<OfferTerms> = fc
  .tuple(value, conditions)
  .map(([what, when]) => accepted({ ...what, ...when }));

function accepted(given: Record<string, unknown>): OfferTerms {
  const parsed = parseOfferTerms(given);
  if (parsed.ok) return parsed.terms;
  const wrong = new Set(parsed.errors.map(({ field }) => field.split('.')[0]));
  return accepted(Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name))));
}

export const usage = fc.record({
  card: fc.integer({ min: 0, max: 6 }),
  today: fc.integer({ min: 0, max: 6 }),
  total: fc.integer({ min: 0, max: 6 }),
});
export const question: fc.Arbitrary<OfferQuestion & { at: number; usage: OfferUsage }> = fc.record({
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
