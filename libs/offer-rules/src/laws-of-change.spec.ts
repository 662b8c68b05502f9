import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DAY, dateNear, instant, question, terms } from './any-offer.fixture.js';
import {
  bankHolidays,
  describeOffer,
  evaluateOffer,
  parseOfferTerms,
  type OfferAnswer,
  type OfferConditions,
  type OfferTerms,
  type PartValue,
  type Phrase,
} from './index.js';
import { londonMoment, londonOffset } from './london-time.js';
import { passesMidnight } from './opening.js';

const catalogue = JSON.parse(readFileSync(join(import.meta.dirname, '../locales/en-GB.json'), 'utf8')) as object;

const few = fc.integer({ min: 0, max: 3 });
const dateOf = (at: number) => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/London' }).format(at);
const later = (date: string, days: number) => new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);
const asJson = (answer: OfferAnswer) => JSON.parse(JSON.stringify(answer)) as Record<string, unknown>;

/** The same terms with all their dates moved. */
function moved(asked: OfferTerms, days: number): OfferTerms {
  const { startsOn, endsOn, excludedDates } = asked;
  return {
    ...asked,
    ...(startsOn && { startsOn: later(startsOn, days) }),
    ...(endsOn && { endsOn: later(endsOn, days) }),
    ...(excludedDates && { excludedDates: excludedDates.map((date) => later(date, days)) }),
  };
}

/** What takes something away from whoever may use the offer; without any one of them nobody loses it. */
const narrowing = [
  'days',
  'times',
  'startsOn',
  'endsOn',
  'excludedDates',
  'excludesBankHolidays',
  'branchIds',
  'limits',
  'minimumSpendPence',
  'minimumAge',
  'staleListDays',
] as const satisfies readonly (keyof OfferConditions)[];

describe('how answers change with what is asked', () => {
  it('more uses never make an offer usable, and leave less', () => {
    fc.assert(
      fc.property(question, few, few, few, (asked, card, today, total) => {
        const before = evaluateOffer({ ...asked, findNext: false });
        const usage = {
          card: asked.usage.card + card,
          today: asked.usage.today + today,
          total: asked.usage.total + total,
        };
        const after = evaluateOffer({ ...asked, usage, findNext: false });
        if (after.usable) expect(before.usable).toBe(true);
        expect(after.remaining ?? 0).toBeLessThanOrEqual(before.remaining ?? 0);
      }),
      { numRuns: 1_000 },
    );
  });

  it('taking a condition away never takes the offer from anybody', () => {
    fc.assert(
      fc.property(question, fc.constantFrom(...narrowing), (asked, condition) => {
        // Hours past midnight lend a day to the night after it: without any hours, that night is another day's.
        fc.pre(condition !== 'times' || !asked.terms.times?.some(passesMidnight));
        if (!evaluateOffer({ ...asked, findNext: false }).usable) return;
        const { [condition]: _gone, ...wider } = asked.terms;
        expect(evaluateOffer({ ...asked, terms: wider as OfferTerms, findNext: false }).usable).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('a dearer basket never saves less', () => {
    fc.assert(
      fc.property(question, fc.integer({ min: 0, max: 5_000 }), (asked, more) => {
        const basketPence = asked.basketPence ?? 0;
        const [less, dearer] = [basketPence, basketPence + more].map((pence) =>
          evaluateOffer({ ...asked, basketPence: pence, findNext: false }),
        );
        if (!less?.usable) return;
        expect(dearer?.usable).toBe(true);
        if (!dearer?.usable || less.savingPence === null) return;
        expect(dearer.savingPence).toBeGreaterThanOrEqual(less.savingPence);
      }),
      { numRuns: 1_000 },
    );
  });

  it('an older list never makes an offer usable', () => {
    fc.assert(
      fc.property(question, fc.double({ min: 0, max: 20, noNaN: true }), (asked, older) => {
        const listAgeDays = (asked.listAgeDays ?? 0) + older;
        if (!evaluateOffer({ ...asked, listAgeDays, findNext: false }).usable) return;
        expect(evaluateOffer({ ...asked, findNext: false }).usable).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('an answer is the same some weeks later, dates moved along, while the clocks stand the same', () => {
    fc.assert(
      fc.property(question, fc.integer({ min: -12, max: 12 }), (asked, weeks) => {
        // Bank holidays and calendar periods do not come every seven days: they are left out.
        const { excludesBankHolidays: _holidays, limits: _limits, minimumAge: _age, ...rest } = asked.terms;
        const given = { ...asked, terms: rest as OfferTerms };
        const shift = weeks * 7 * DAY;
        const here = evaluateOffer(given);
        const there = evaluateOffer({ ...given, terms: moved(given.terms, weeks * 7), at: asked.at + shift });
        const next = !here.usable && here.nextUsableAt ? here.nextUsableAt.getTime() : asked.at;
        // No clock change on the way, neither here nor there.
        for (let at = asked.at; at <= next + DAY; at += DAY) {
          if (londonOffset(at) !== londonOffset(asked.at) || londonOffset(at + shift) !== londonOffset(asked.at))
            return;
        }
        const expected = { ...asJson(here) };
        if (!here.usable && here.nextUsableAt) expected['nextUsableAt'] = new Date(next + shift).toISOString();
        expect(asJson(there)).toEqual(expected);
      }),
      { numRuns: 400 },
    );
  });
});

describe('dates', () => {
  it('the first and the last day both count, from their first to their last millisecond', () => {
    fc.assert(
      fc.property(dateNear, fc.integer({ min: 0, max: 5 }), instant, (startsOn, days, at) => {
        const asked: OfferTerms = { kind: 'percentage', percent: 10, who: 'carer', how: 'in_person', startsOn };
        const endsOn = later(startsOn, days);
        const today = dateOf(at);
        const usable = today >= startsOn && today <= endsOn;
        expect(evaluateOffer({ terms: { ...asked, endsOn }, at, findNext: false }).usable).toBe(usable);
      }),
      { numRuns: 500 },
    );
  });

  it('an offer without days, times and dates is the same at any time', () => {
    fc.assert(
      fc.property(question, fc.integer({ min: 0, max: 6e12 }), (asked, at) => {
        const { days, times, startsOn, endsOn, excludedDates, excludesBankHolidays, minimumAge, ...rest } = asked.terms;
        void [days, times, startsOn, endsOn, excludedDates, excludesBankHolidays, minimumAge];
        const ask = (when: number) => evaluateOffer({ ...asked, terms: rest as OfferTerms, at: when, findNext: false });
        expect(ask(at)).toEqual(ask(asked.at));
      }),
      { numRuns: 300 },
    );
  });

  it('an offer that excludes bank holidays is closed on each, whatever the year, and open the day before or after', () => {
    const asked: OfferTerms = {
      kind: 'percentage',
      percent: 10,
      who: 'carer',
      how: 'in_person',
      excludesBankHolidays: true,
    };
    fc.assert(
      fc.property(fc.integer({ min: 2000, max: 2199 }), fc.integer({ min: 0, max: 86_399_999 }), (year, into) => {
        const holidays = new Set(bankHolidays(year));
        for (const date of holidays) {
          const at = Date.parse(date) + into;
          const usable = !holidays.has(dateOf(at));
          expect(evaluateOffer({ terms: asked, at, findNext: false }).usable).toBe(usable);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('time taken', () => {
  /** The most that the parser lets through, with nothing to be found for as long as it can be. */
  const hardest = parseOfferTerms({
    kind: 'percentage',
    percent: 10,
    who: 'carer',
    how: 'in_person',
    days: [1],
    times: Array.from({ length: 10 }, (_, index) => ({ from: `0${index}:00`, to: `0${index}:30` })),
    excludesBankHolidays: true,
    excludedDates: Array.from({ length: 100 }, (_, index) => later('2027-03-22', index * 7)),
    limits: { perCard: { count: 1, period: 'week' }, perDay: 5 },
  });

  it('is short even for the hardest terms that are accepted, in any year', () => {
    if (!hardest.ok) throw new Error(JSON.stringify(hardest.errors));
    const years = ['2027-03-21T12:00:00Z', '2100-02-28T12:00:00Z', '2199-12-31T12:00:00Z'];
    const usage = { card: 1, today: 5, total: 5 };
    const began = performance.now();
    const answers = years.flatMap((at) =>
      Array.from({ length: 20 }, () => evaluateOffer({ terms: hardest.terms, at: new Date(at), usage })),
    );
    // A hundred times what is usual, so that a busy machine does not fail it; an endless search would.
    expect((performance.now() - began) / answers.length).toBeLessThan(20);
    expect(asJson(answers[0]!)).toMatchObject({ usable: false, nextUsableAt: '2029-02-19T00:00:00.000Z' });
  });
});

describe('the description of an offer', () => {
  const keys = new Set(keysOf(catalogue));
  const known = (key: string) => keys.has(key) || keys.has(`${key}_other`);

  it('does not change when its terms are read again, and has words for all it says', () => {
    fc.assert(
      fc.property(terms, (asked) => {
        const said = describeOffer(asked);
        const again = parseOfferTerms(JSON.parse(JSON.stringify(asked)));
        expect(again.ok && describeOffer(again.terms)).toEqual(said);
        expect(said[0]?.part).toBe('title');
        for (const phrase of said) expect(phrasesIn(phrase).filter((key) => !known(key))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('says something else as soon as a condition is gone', () => {
    // What the till sees to by itself is not told.
    const told = narrowing.filter((condition) => condition !== 'staleListDays');
    fc.assert(
      fc.property(terms, fc.constantFrom(...told), (asked, condition) => {
        const { [condition]: gone, ...rest } = asked;
        const nothingSaid = gone === undefined || gone === false || (condition === 'days' && asked.days?.length === 7);
        if (nothingSaid || (condition === 'limits' && Object.keys(asked.limits ?? {}).length === 0)) return;
        expect(describeOffer(rest as OfferTerms)).not.toEqual(describeOffer(asked));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the wall clock', () => {
  it('shows the minute and the day that the platform prints', () => {
    const print = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'Europe/London',
      dateStyle: 'short',
      timeStyle: 'short',
    });
    fc.assert(
      fc.property(fc.integer({ min: Date.parse('2000-01-01'), max: Date.parse('2199-12-31') }), (at) => {
        const { day, minute } = londonMoment(at);
        const shown = new Date(day * DAY + minute * 60_000).toISOString();
        expect(`${shown.slice(0, 10)} ${shown.slice(11, 16)}`).toBe(print.format(at));
      }),
      { numRuns: 500 },
    );
  });
});

/** Keys of a catalogue, written with dots. */
function keysOf(words: object, before = ''): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'object' ? keysOf(value as object, `${before}${key}.`) : [`${before}${key}`],
  );
}

/** The keys of a phrase and of all phrases within it. */
function phrasesIn({ key, params }: Phrase): string[] {
  const within = (value: PartValue): string[] =>
    Array.isArray(value) ? value.flatMap(phrasesIn) : typeof value === 'object' ? phrasesIn(value) : [];
  return [key, ...Object.values(params).flatMap(within)];
}
