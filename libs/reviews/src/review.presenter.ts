import type { Words } from '@carers/pages';
import type { Evidence, Fact } from './evidence.js';
import type { ReviewItem } from './review-item.entity.js';

/** The order in which facts are told; others come after them. The database keeps none. */
const order = [
  ...['firstAt', 'firstBranchId', 'firstMedium', 'secondAt', 'secondBranchId', 'secondMedium'],
  ...['occurredAt', 'flag', 'branchId', 'tillId', 'offerId', 'entered', 'reason', 'limit', 'most', 'used'],
  ...['miles', 'minutes', 'mph', 'limitMph', 'slackMiles', 'scans', 'windowMinutes', 'fromAt', 'untilAt'],
];

/** One fact as a person reads it. */
export interface FactLine {
  label: string;
  text: string;
}

/** The evidence in plain words: single facts, then each list with its lines. Facts that are only for machines are left out. */
export function evidenceView(
  evidence: Evidence,
  names: ReadonlyMap<string, string>,
  words: Words,
): { facts: FactLine[]; lists: { label: string; lines: string[] }[] } {
  const facts: FactLine[] = [];
  const lists: { label: string; lines: string[] }[] = [];
  for (const [name, value] of inOrder(evidence)) {
    if (Array.isArray(value)) {
      const lines = (value as readonly unknown[]).map((each) => lineOf(name, each, names, words)).filter(Boolean);
      if (lines.length > 0) lists.push({ label: labelOf(name, words), lines });
      continue;
    }
    const text = textOf(name, value as Fact, names, words);
    if (text !== null) facts.push({ label: labelOf(name, words), text });
  }
  return { facts, lists };
}

/** The sentence that says what was seen. */
export function reasonOf({ reasonKey, evidence }: Pick<ReviewItem, 'reasonKey' | 'evidence'>, words: Words): string {
  return words.has(reasonKey) ? words.t(reasonKey, { ...evidence }) : words.t('reviews:reason-unknown');
}

function lineOf(name: string, each: unknown, names: ReadonlyMap<string, string>, words: Words): string {
  if (typeof each !== 'object' || each === null)
    return textOf(name.replace(/s$/, ''), each as Fact, names, words) ?? '';
  return inOrder(each as Record<string, Fact>)
    .map(([inner, value]) => {
      const text = textOf(inner, value, names, words);
      return typeof value === 'number'
        ? words.t('reviews:value.labelled', { label: labelOf(inner, words), text })
        : text;
    })
    .filter((text) => text !== null)
    .join(' · ');
}

function textOf(name: string, value: Fact, names: ReadonlyMap<string, string>, words: Words): string | null {
  if (value === null || value === '') return null;
  if (typeof value === 'boolean') return words.t(value ? 'reviews:value.yes' : 'reviews:value.no');
  if (typeof value === 'number') return amount(name, value, words);
  if (/(branchId|BranchId|tillId|TillId|offerId|OfferId)$/.test(name)) return names.get(value) ?? null;
  if (/Ids?$/.test(name)) return null;
  if (name.endsWith('At') && !Number.isNaN(Date.parse(value))) return words.dateTime(new Date(value));
  const key = `reviews:value.${value}`;
  return words.has(key) ? words.t(key) : value;
}

function amount(name: string, value: number, words: Words): string {
  if (/(^p|P)ence$/.test(name)) return words.pence(value);
  const unit = /(miles|minutes|mph)$/i.exec(name)?.[1]?.toLowerCase();
  const shown = words.number(Math.round(value * 10) / 10);
  return unit ? words.t(`reviews:value.${unit}`, { amount: shown }) : shown;
}

function labelOf(name: string, words: Words): string {
  const key = `reviews:evidence.${name}`;
  return words.has(key) ? words.t(key) : words.t('reviews:evidence.other', { name });
}

function inOrder<Value>(facts: Readonly<Record<string, Value>>): [string, Value][] {
  const placeOf = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.entries(facts).sort(([one], [other]) => placeOf(one) - placeOf(other) || (one < other ? -1 : 1));
}
