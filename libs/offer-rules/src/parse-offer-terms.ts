import { dayOf, isDate } from './local-days.js';
import { londonMoment, startOfDay } from './london-time.js';
import { minuteOf, nextOpening, passesMidnight } from './opening.js';
import {
  flag,
  isRecord,
  line,
  listOf,
  matching,
  objectOf,
  oneOf,
  optional,
  required,
  wholeNumber,
  type Fields,
  type Report,
  type TermsError,
} from './read-json.js';
import { howUsed, limitPeriods, whoCovered, type OfferKind, type OfferTerms, type TimeRange } from './terms.js';

export type ParsedTerms = { ok: true; terms: OfferTerms } | { ok: false; errors: TermsError[] };

const MOST_PENCE = 10_000_000; // £100,000
const MOST_USES = 10_000_000;
const MINUTES_IN_DAY = 24 * 60;

const pence = wholeNumber(1, MOST_PENCE);
const uses = wholeNumber(1, MOST_USES);
const date = matching(isDate, 'not_a_date');
const time = matching((text) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text), 'not_a_time');

/** The fields of each kind of offer. */
const valueFields: Record<OfferKind, Fields> = {
  percentage: { percent: required(wholeNumber(1, 100)), capPence: optional(pence) },
  amount_off: { amountPence: required(pence) },
  fixed_price: { pricePence: required(pence), item: optional(line(100)) },
  free_item: { item: required(line(100)) },
  service: { service: required(line(200)) },
};

/** The fields that every offer may have. Their order is the order in which parsed terms are written. */
const conditionFields: Fields = {
  who: required(oneOf(whoCovered)),
  how: required(oneOf(howUsed)),
  minimumSpendPence: optional(pence),
  excludes: optional(line(200)),
  days: optional(listOf(wholeNumber(1, 7), 7)),
  times: optional(listOf(objectOf<TimeRange>({ from: required(time), to: required(time) }), 10)),
  startsOn: optional(date),
  endsOn: optional(date),
  excludedDates: optional(listOf(date, 100)),
  excludesBankHolidays: optional(flag),
  branchIds: optional(listOf(line(64), 5_000)),
  limits: optional(
    objectOf({
      perCard: optional(objectOf({ count: required(uses), period: required(oneOf(limitPeriods)) })),
      perDay: optional(uses),
      total: optional(uses),
    }),
  ),
  minimumAge: optional(wholeNumber(1, 120)),
  minimumHoursOfCaring: optional(wholeNumber(1, 168)),
  staleListDays: optional(wholeNumber(0, 365)),
};

const kinds = Object.keys(valueFields) as OfferKind[];
const namesOfValues = new Set(Object.values(valueFields).flatMap((fields) => Object.keys(fields)));

/**
 * Checks unknown data, a form's or an API's, and returns terms that the evaluator can trust, or everything wrong with
 * it. Strict: unknown fields, empty lists and terms that contradict each other are refused. null means absent; lists
 * of days and dates come back in order. Parsing its own result changes nothing.
 */
export function parseOfferTerms(value: unknown): ParsedTerms {
  const errors: TermsError[] = [];
  const report: Report = (field, code) => errors.push({ field, code });
  if (!isRecord(value)) return { ok: false, errors: [{ field: '', code: 'not_an_object' }] };
  const kind = oneOf(kinds)(Object.hasOwn(value, 'kind') ? value.kind : undefined, 'kind', report);
  if (kind === undefined) return { ok: false, errors };
  const fields = { kind: required(oneOf(kinds)), ...valueFields[kind], ...conditionFields };
  const terms = objectOf<OfferTerms>(fields, namesOfValues)(value, '', report);
  if (terms && errors.length === 0) {
    terms.days?.sort((a, b) => a - b);
    terms.excludedDates?.sort();
    refuseContradictions(terms, report);
  }
  return terms && errors.length === 0 ? { ok: true, terms } : { ok: false, errors };
}

function refuseContradictions(terms: OfferTerms, report: Report): void {
  refuseStrangeTimes(terms.times ?? [], report);
  refuseStrangeLimits(terms, report);
  if (!terms.startsOn || !terms.endsOn) return;
  if (terms.endsOn < terms.startsOn) report('endsOn', 'before_start');
  else if (!opensWithinItsDates(terms)) report('endsOn', 'never_usable');
}

function refuseStrangeTimes(times: TimeRange[], report: Report): void {
  times.forEach((range, index) => {
    if (range.from === range.to) report(`times.${index}.to`, 'same_as_from');
    else if (times.slice(0, index).some((other) => overlap(other, range))) report(`times.${index}`, 'overlaps');
  });
}

/** Two openings overlap when one of them begins inside the other. */
function overlap(one: TimeRange, other: TimeRange): boolean {
  return covers(one, minuteOf(other.from)) || covers(other, minuteOf(one.from));
}

function covers(range: TimeRange, minute: number): boolean {
  const from = minuteOf(range.from);
  const length = minuteOf(range.to) - from + (passesMidnight(range) ? MINUTES_IN_DAY : 0);
  return (minute - from + MINUTES_IN_DAY) % MINUTES_IN_DAY < length;
}

function refuseStrangeLimits({ limits }: OfferTerms, report: Report): void {
  if (!limits) return;
  const { perCard, perDay, total } = limits;
  if (perDay !== undefined && total !== undefined && perDay > total) report('limits.perDay', 'more_than_total');
  if (!perCard) return;
  if (total !== undefined && perCard.count > total) report('limits.perCard.count', 'more_than_total');
  else if (perCard.period === 'day' && perDay !== undefined && perCard.count > perDay) {
    report('limits.perCard.count', 'more_than_per_day');
  }
}

/** `startsOn` to `endsOn` may hold none of the chosen days, for instance only a bank holiday that is excluded. */
function opensWithinItsDates(terms: OfferTerms): boolean {
  const opening = nextOpening(terms, startOfDay(dayOf(terms.startsOn as string)));
  return opening !== null && londonMoment(opening).day <= dayOf(terms.endsOn as string) + 1;
}
