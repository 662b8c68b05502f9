import { dayOf, type LocalDate } from './local-days.js';
import type { HowUsed, LimitPeriod, OfferTerms, TimeRange, WhoCovered } from './terms.js';

/** A value put into a sentence: as it is, or itself made of parts that are put into words and joined ("A, B and C"). */
export type PartValue = string | number | Phrase | Phrase[];

/** Something to say, without words: a key of the catalogue `offer-rules`, and what to put into it. */
export interface Phrase {
  key: string;
  params: Record<string, PartValue>;
}

/** One phrase of an offer: its title ("10% off") or one of its conditions ("Monday to Thursday only."). */
export interface SentencePart extends Phrase {
  part: 'title' | 'condition';
}

const MIDNIGHT = '00:00';

/**
 * Everything a cardholder should know of an offer, in the order it should be said, without a word of any language.
 * The first part is the title. `staleListDays` is left out: it is between the business and its till.
 */
export function describeOffer(terms: OfferTerms): SentencePart[] {
  const conditions = [
    ...aboutPeople(terms),
    ...aboutMoney(terms),
    ...aboutTime(terms),
    ...aboutPlaces(terms),
    ...aboutLimits(terms),
    phrase(howKeys[terms.how]),
  ];
  return [
    { part: 'title', ...titleOf(terms) },
    ...conditions.map((condition) => ({ part: 'condition' as const, ...condition })),
  ];
}

const whoKeys: Record<WhoCovered, string> = {
  carer: 'who.carer',
  carer_and_cared_for: 'who.carer_and_cared_for',
  household: 'who.household',
};

const howKeys: Record<HowUsed, string> = {
  in_person: 'how.in_person',
  online_code: 'how.online_code',
  phone: 'how.phone',
};

const perCardKeys: Record<LimitPeriod, string> = {
  day: 'limit.per_card.day',
  week: 'limit.per_card.week',
  month: 'limit.per_card.month',
  year: 'limit.per_card.year',
  ever: 'limit.per_card.ever',
};

function titleOf(terms: OfferTerms): Phrase {
  switch (terms.kind) {
    case 'percentage':
      return phrase('kind.percentage', { percent: terms.percent });
    case 'amount_off':
      return phrase('kind.amount_off', { amount: terms.amountPence });
    case 'fixed_price':
      return terms.item
        ? phrase('kind.fixed_price_item', { item: terms.item, amount: terms.pricePence })
        : phrase('kind.fixed_price', { amount: terms.pricePence });
    case 'free_item':
      return phrase('kind.free_item', { item: terms.item });
    case 'service':
      return phrase('kind.service', { service: unended(terms.service) });
  }
}

function aboutPeople(terms: OfferTerms): Phrase[] {
  const said = [phrase(whoKeys[terms.who])];
  if (terms.minimumAge) said.push(phrase('needs.minimum_age', { age: terms.minimumAge }));
  if (terms.minimumHoursOfCaring) {
    said.push(phrase('needs.minimum_hours', { count: terms.minimumHoursOfCaring }));
  }
  return said;
}

function aboutMoney(terms: OfferTerms): Phrase[] {
  const said: Phrase[] = [];
  if (terms.minimumSpendPence) said.push(phrase('money.minimum_spend', { amount: terms.minimumSpendPence }));
  if (terms.kind === 'percentage' && terms.capPence) said.push(phrase('money.cap', { amount: terms.capPence }));
  if (terms.excludes) said.push(phrase('money.excludes', { excludes: unended(terms.excludes) }));
  return said;
}

function aboutTime(terms: OfferTerms): Phrase[] {
  const said: Phrase[] = [];
  const days = terms.days && terms.days.length < 7 ? dayPhrases(terms.days) : undefined;
  const times = terms.times?.map(timePhrase);
  if (days && times) said.push(phrase('when.days_and_times', { days, times }));
  else if (days) said.push(phrase('when.days', { days }));
  else if (times) said.push(phrase('when.times', { times }));
  said.push(...datePhrases(terms));
  if (terms.excludedDates) said.push(excludedPhrase(terms.excludedDates));
  if (terms.excludesBankHolidays) said.push(phrase('when.no_bank_holidays'));
  return said;
}

/** Single dates, and runs of three days or more as one, so that "24 December 2026 to 2 January 2027" stays short. */
function excludedPhrase(excluded: readonly LocalDate[]): Phrase {
  const runs: LocalDate[][] = [];
  for (const on of excluded) {
    const current = runs[runs.length - 1];
    if (current && dayOf(current[current.length - 1]!) === dayOf(on) - 1) current.push(on);
    else runs.push([on]);
  }
  const dates = runs.flatMap((run) =>
    run.length < 3
      ? run.map((on) => phrase('date', { on }))
      : [phrase('date_run', { from: run[0]!, to: run[run.length - 1]! })],
  );
  return phrase(runs.some((run) => run.length > 2) ? 'when.excluded_runs' : 'when.excluded_dates', { dates });
}

function datePhrases({ startsOn, endsOn }: OfferTerms): Phrase[] {
  if (startsOn && startsOn === endsOn) return [phrase('when.one_date', { on: startsOn })];
  if (startsOn && endsOn) return [phrase('when.dates', { from: startsOn, to: endsOn })];
  if (startsOn) return [phrase('when.starts', { on: startsOn })];
  return endsOn ? [phrase('when.ends', { on: endsOn })] : [];
}

function aboutPlaces({ branchIds }: OfferTerms): Phrase[] {
  return branchIds ? [phrase('where.some_branches', { count: branchIds.length })] : [];
}

function aboutLimits({ limits }: OfferTerms): Phrase[] {
  const said: Phrase[] = [];
  if (limits?.perCard) said.push(phrase(perCardKeys[limits.perCard.period], { count: limits.perCard.count }));
  if (limits?.perDay) said.push(phrase('limit.per_day', { count: limits.perDay }));
  if (limits?.total) said.push(phrase('limit.total', { count: limits.total }));
  return said;
}

/** Days as "Monday to Thursday" and "Saturday": runs of three or more become a range, also across the weekend. */
function dayPhrases(days: number[]): Phrase[] {
  return runsOf(days).flatMap((run) => {
    const names = run.map((day) => phrase(`day.${day}`));
    return run.length < 3 ? names : [phrase('day.range', { from: names[0]!, to: names[names.length - 1]! })];
  });
}

/** Weekdays that follow one another. Only a list with both Sunday and Monday can run on across the end of the week. */
function runsOf(days: number[]): number[][] {
  const runs: number[][] = [];
  for (const day of [...days].sort((a, b) => a - b)) {
    const current = runs[runs.length - 1];
    if (current && current[current.length - 1] === day - 1) current.push(day);
    else runs.push([day]);
  }
  const first = runs[0];
  const last = runs[runs.length - 1];
  if (runs.length > 1 && first?.[0] === 1 && last?.[last.length - 1] === 7 && first.length + last.length > 2) {
    return [...runs.slice(1, -1), [...last, ...first]];
  }
  return runs;
}

function timePhrase({ from, to }: TimeRange): Phrase {
  if (to === MIDNIGHT) return phrase('time.until_midnight', { from });
  if (to < from) return phrase('time.until_next_day', { from, to });
  return from === '00:00' ? phrase('time.from_midnight', { to }) : phrase('time.range', { from, to });
}

/** Without its full stop: the catalogue ends the sentence. */
function unended(text: string): string {
  return text.replace(/[\s.]+$/u, '');
}

function phrase(key: string, params: Phrase['params'] = {}): Phrase {
  return { key, params };
}
