import { isCleanText, type LocalDate } from '@carers/kernel';
import {
  howUsed,
  limitPeriods,
  parseOfferTerms,
  whoCovered,
  type OfferKind,
  type OfferTerms,
  type TimeRange,
} from '@carers/offer-rules';
import { choice, choices, dateBoxes, ticked, type FormValues } from '@carers/pages';
import { z } from 'zod';
import type { OfferContent } from './offer.entity.js';
import { formDates, readDates } from './offer-dates.js';
import { formDate, formMoney, formTime, readMoney, readTime, readWhole } from './offer-form-values.js';

export const offerKinds = [
  'percentage',
  'amount_off',
  'fixed_price',
  'free_item',
  'service',
] as const satisfies OfferKind[];
export const weekdays = ['1', '2', '3', '4', '5', '6', '7'] as const;

const longestDates = 4_000;

/** An optional box: nothing typed is undefined; what cannot be read is refused with a catalogue key. */
function box<T>(read: (typed: string) => T | null, wrong: string) {
  return z
    .unknown()
    .optional()
    .transform((given, context): T | undefined => {
      const typed = typeof given === 'string' || typeof given === 'number' ? String(given).trim() : '';
      if (!typed) return undefined;
      const value = typed.length <= 200 && isCleanText(typed) ? read(typed) : null;
      if (value !== null) return value;
      context.addIssue({ code: 'custom', message: wrong });
      return z.NEVER;
    });
}

const words = (longest: number) =>
  box((typed) => (typed.length > longest ? null : typed.replace(/\s+/g, ' ')), 'offers:errors.too-many-words');
const whole = box(readWhole, 'offers:errors.whole-number');
const money = box(readMoney, 'offers:errors.money');
const time = box(readTime, 'offers:errors.time');

/** Dates and runs of dates, one on each line, as people write them. */
const dates = z
  .unknown()
  .optional()
  .transform((given, context): LocalDate[] => {
    const typed = typeof given === 'string' ? given.slice(0, longestDates + 1) : '';
    const read = typed.length > longestDates ? 'many' : readDates(typed);
    if (typeof read === 'object') return read;
    context.addIssue({ code: 'custom', message: `offers:errors.dates-${read}` });
    return z.NEVER;
  });

/** Three boxes that may all be left empty. */
const day = z
  .unknown()
  .optional()
  .transform((given, context): LocalDate | undefined => {
    const boxes = typeof given === 'object' && given !== null ? Object.values(given) : [given];
    if (boxes.every((each) => each === undefined || each === null || each === '')) return undefined;
    const read = dateBoxes('offers:errors.date').safeParse(given);
    if (read.success) return read.data;
    context.addIssue({ code: 'custom', message: 'offers:errors.date' });
    return z.NEVER;
  });

const openings = z
  .array(z.object({ from: time, to: time }))
  .max(10)
  .optional()
  .transform((rows) => (rows ?? []).filter((row) => row.from || row.to));

const boxes = z.object({
  kind: choice(offerKinds, 'offers:errors.kind'),
  percent: box((typed) => readWhole(typed.replace(/%$/, '')), 'offers:errors.whole-number'),
  cap: money,
  amount: money,
  price: money,
  /** What is free, cheaper or done: the subject of a discount, the item or the service of the other kinds. */
  what: words(100),
  who: choice(whoCovered, 'offers:errors.who'),
  how: choice(howUsed, 'offers:errors.how'),
  minimumSpend: money,
  excludes: words(200),
  days: choices(weekdays),
  times: openings,
  startsOn: day,
  endsOn: day,
  excludedDates: dates,
  excludesBankHolidays: ticked(),
  where: z.preprocess((given) => given || 'all', choice(['all', 'some'], 'offers:errors.where')),
  branchIds: z.preprocess(
    (given) => (given === undefined || given === '' ? [] : Array.isArray(given) ? given : [given]),
    z.array(z.uuid({ error: 'offers:errors.branches' })).max(500),
  ),
  limitCount: whole,
  limitPeriod: z.preprocess((given) => given || 'day', choice(limitPeriods, 'offers:errors.limit-period')),
  limitPerDay: whole,
  limitTotal: whole,
  minimumAge: whole,
  minimumHoursOfCaring: whole,
  /** Whether a till may give it that goes by an old list of ended cards. */
  stale: z.preprocess((given) => given || 'any', choice(['any', 'days', 'never'], 'offers:errors.stale')),
  staleDays: whole,
  /** Asked of trades only. */
  atHome: z.preprocess((given) => given || undefined, choice(['yes', 'no'], 'offers:errors.at-home').optional()),
});

type Boxes = z.output<typeof boxes>;

const longestSubject = 60;
/** Amounts come from the terms alone: a second one in the subject could say something else. */
const amounts = /[%£€$]|\d/;

/**
 * The offer form of every page that has it (see `templates/partials/offer-form.hbs`), as content that `Offers` takes.
 * Errors carry the names of the boxes.
 */
export const OfferForm = boxes.transform((form, context): OfferContent => {
  const subject = subjectOf(form);
  if (subject && (subject.length > longestSubject || amounts.test(subject))) {
    const message = amounts.test(subject) ? 'offers:errors.subject-amount' : 'offers:errors.too-many-words';
    context.addIssue({ code: 'custom', path: ['what'], message });
    return z.NEVER;
  }
  if (form.stale === 'days' && form.staleDays === undefined) {
    context.addIssue({ code: 'custom', path: ['staleDays'], message: 'offers:errors.missing-staleDays' });
    return z.NEVER;
  }
  const parsed = parseOfferTerms(termsOf(form));
  const atHome = form.atHome && form.atHome === 'yes';
  if (parsed.ok) return { subject, terms: parsed.terms, ...(atHome !== undefined && { atHome }) };
  for (const { field, code } of parsed.errors) {
    const path = boxOf(field).split('.');
    const missing = code === 'missing' ? `offers:errors.missing-${path[0]}` : `offer-rules:refused.${code}`;
    context.addIssue({ code: 'custom', path, message: missing });
  }
  return z.NEVER;
});

/** Terms as JSON, before they are checked. Empty parts are left out. */
function termsOf(form: Boxes): object {
  const limits = {
    perCard: form.limitCount === undefined ? undefined : { count: form.limitCount, period: form.limitPeriod },
    perDay: form.limitPerDay,
    total: form.limitTotal,
  };
  return {
    kind: form.kind,
    ...valueOf(form),
    who: form.who,
    how: form.how,
    minimumSpendPence: form.minimumSpend,
    excludes: form.excludes,
    days: form.days.length % 7 ? form.days.map(Number) : undefined,
    times: form.times.length ? form.times : undefined,
    startsOn: form.startsOn,
    endsOn: form.endsOn,
    excludedDates: form.excludedDates.length ? form.excludedDates : undefined,
    excludesBankHolidays: form.excludesBankHolidays || undefined,
    branchIds: form.where === 'some' ? form.branchIds : undefined,
    limits: Object.values(limits).some((limit) => limit !== undefined) ? limits : undefined,
    minimumAge: form.minimumAge,
    minimumHoursOfCaring: form.minimumHoursOfCaring,
    staleListDays: { any: undefined, days: form.staleDays, never: 0 }[form.stale],
  };
}

/** Only the boxes that go with the kind: without JavaScript all of them are shown, and some may have been filled in. */
function valueOf(form: Boxes): object {
  switch (form.kind) {
    case 'percentage':
      return { percent: form.percent, capPence: form.cap };
    case 'amount_off':
      return { amountPence: form.amount };
    case 'fixed_price':
      return { pricePence: form.price, item: form.what };
    case 'free_item':
      return { item: form.what };
    case 'service':
      return { service: form.what };
  }
}

/** "10% off" and "£5 off" go on with what they are off; the other kinds already say. */
function subjectOf(form: Boxes): string | null {
  return form.kind === 'percentage' || form.kind === 'amount_off' ? (form.what ?? null) : null;
}

const boxNames: Record<string, string> = {
  item: 'what',
  service: 'what',
  capPence: 'cap',
  amountPence: 'amount',
  pricePence: 'price',
  minimumSpendPence: 'minimumSpend',
  'limits.perCard.count': 'limitCount',
  'limits.perCard.period': 'limitPeriod',
  'limits.perDay': 'limitPerDay',
  'limits.total': 'limitTotal',
  staleListDays: 'staleDays',
};

function boxOf(field: string): string {
  return boxNames[field] ?? field;
}

/** What the boxes show for content that is there already. */
export function offerFormOf({ subject, terms, atHome }: OfferContent): FormValues {
  const { limits } = terms;
  return {
    kind: terms.kind,
    percent: terms.kind === 'percentage' ? terms.percent : undefined,
    cap: terms.kind === 'percentage' ? formMoney(terms.capPence) : undefined,
    amount: terms.kind === 'amount_off' ? formMoney(terms.amountPence) : undefined,
    price: terms.kind === 'fixed_price' ? formMoney(terms.pricePence) : undefined,
    what: terms.kind === 'service' ? terms.service : 'item' in terms ? terms.item : (subject ?? undefined),
    who: terms.who,
    how: terms.how,
    minimumSpend: formMoney(terms.minimumSpendPence),
    excludes: terms.excludes,
    days: terms.days?.map(String),
    times: (terms.times ?? []).map(({ from, to }: TimeRange) => ({ from: formTime(from), to: formTime(to) })),
    startsOn: formDate(terms.startsOn),
    endsOn: formDate(terms.endsOn),
    excludedDates: formDates(terms.excludedDates ?? []),
    excludesBankHolidays: terms.excludesBankHolidays ? 'yes' : undefined,
    where: terms.branchIds ? 'some' : 'all',
    branchIds: terms.branchIds,
    limitCount: limits?.perCard?.count,
    limitPeriod: limits?.perCard?.period,
    limitPerDay: limits?.perDay,
    limitTotal: limits?.total,
    minimumAge: terms.minimumAge,
    minimumHoursOfCaring: terms.minimumHoursOfCaring,
    ...staleBoxes(terms),
    atHome: atHome === undefined ? undefined : atHome ? 'yes' : 'no',
  };
}

function staleBoxes({ staleListDays: days }: OfferTerms): FormValues {
  if (days === undefined) return { stale: 'any' };
  return days === 0 ? { stale: 'never' } : { stale: 'days', staleDays: days };
}
