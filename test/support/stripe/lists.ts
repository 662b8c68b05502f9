import type { Account, Held } from './account.js';
import { invalid } from './errors.js';

interface Page {
  limit?: number;
  starting_after?: string;
  ending_before?: string;
}

interface Range {
  gt?: number;
  gte?: number;
  lt?: number;
  lte?: number;
}

/** A page of a list, newest first: Stripe's `list` object. */
export function pageOf<T extends { id: string }>(
  url: string,
  all: T[],
  { limit = 10, starting_after, ending_before }: Page,
) {
  if (limit < 1 || limit > 100) throw invalid('Invalid integer: limit must be between 1 and 100', { param: 'limit' });
  let from = 0;
  if (starting_after) from = placeOf(all, starting_after, 'starting_after') + 1;
  else if (ending_before) from = Math.max(0, placeOf(all, ending_before, 'ending_before') - limit);
  const data = all.slice(from, from + limit);
  return { object: 'list', url, has_more: from + limit < all.length, data };
}

/** Whether an instant lies in the range that was asked for. */
export function within(created: number, range: Range | number = {}): boolean {
  if (typeof range === 'number') return created === range;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = range;
  return created > gt && created >= gte && created < lt && created <= lte;
}

/**
 * Puts objects in place of the ids that `expand` names: `latest_charge.balance_transaction`.
 * @throws Refusal for a path that leads to no object
 */
export function expanded(account: Account, object: unknown, paths: string[] = []): unknown {
  const copy = structuredClone(object);
  for (const path of paths) {
    if (path.split('.').length > 4)
      throw invalid('You cannot expand more than 4 levels of a property', { param: 'expand' });
    expandOne(account, copy as Record<string, unknown>, path.split('.'), path);
  }
  return copy;
}

function expandOne(account: Account, at: Record<string, unknown>, [key = '', ...rest]: string[], path: string): void {
  if (!(key in at)) throw invalid(`This property cannot be expanded (${path}).`, { param: 'expand' });
  const value = at[key];
  if (Array.isArray(value)) {
    if (rest.length > 0) for (const each of value) expandOne(account, each as Record<string, unknown>, rest, path);
    return;
  }
  if (typeof value === 'string') {
    const found: Held | undefined = account.any(value);
    if (!found) throw invalid(`This property cannot be expanded (${path}).`, { param: 'expand' });
    at[key] = structuredClone(found);
  }
  if (rest.length > 0 && at[key]) expandOne(account, at[key] as Record<string, unknown>, rest, path);
}

function placeOf(all: { id: string }[], id: string, param: string): number {
  const place = all.findIndex((each) => each.id === id);
  if (place < 0) throw invalid(`No such object: '${id}'`, { code: 'resource_missing', param });
  return place;
}
