import type { LocalDate } from '@carers/kernel';
import type { OfficerScope } from '../officer-scope.js';
import type { SubscriberFilter } from './filter-fields.js';
import { reachMask } from './reach.js';

/** A condition on `subscriber s` and its values: `$first` is the first of `params`. */
export interface Where {
  sql: string;
  params: unknown[];
}

export interface WhereOptions {
  /** What "today" is for pauses and for cards that run out. */
  today: LocalDate;
  /** The number of the first parameter: 1 unless the caller has some before. */
  first?: number;
}

/**
 * The SQL of a filter over the alias `s` of table `subscriber`. It joins nothing, so it stands in any WHERE. Only
 * columns of the covering indexes are looked at.
 */
export function whereOf(filter: SubscriberFilter, { today, first = 1 }: WhereOptions): Where {
  const parts: string[] = [];
  const params: unknown[] = [];
  const value = (given: unknown): string => `$${first - 1 + params.push(given)}`;
  /** One value by equality: an index that begins with the column then gives the order too. */
  const anyOf = (column: string, type: string, values: readonly string[] | undefined): void => {
    if (!values) return;
    parts.push(
      values.length === 1 ? `${column} = ${value(values[0])}::${type}` : `${column} = ANY(${value(values)}::${type}[])`,
    );
  };
  const overlaps = (column: string, values: readonly string[]): string => `${column} && ${value(values)}::text[]`;

  anyOf('s.region_id', 'uuid', filter.region);
  anyOf('s.source_kind', 'text', filter.source);
  anyOf('s.source_code', 'text', filter.code);
  anyOf('s.locale', 'text', filter.language);
  anyOf('s.format', 'text', filter.format);
  anyOf('s.age_band', 'text', filter.age);
  if (filter.role) parts.push(overlaps('s.caring_roles', filter.role));
  if (filter.topic) parts.push(`(s.topics = '[]' OR s.topics ?| ${value(filter.topic)}::text[])`);
  if (filter.purpose || filter.channel) parts.push(`s.reach_bits & ${value(reachMask(filter))}::smallint <> 0`);
  const midnight = (day: LocalDate, later: string) =>
    `(${value(day)}::date${later})::timestamp AT TIME ZONE 'Europe/London'`;
  if (filter.since) parts.push(`s.registered_at >= ${midnight(filter.since, '')}`);
  if (filter.until) parts.push(`s.registered_at < ${midnight(filter.until, ' + 1')}`);
  if (filter.card) {
    const runs = `s.card_until >= ${value(today)}::date`;
    parts.push(filter.card === 'with' ? runs : `(${runs}) IS NOT TRUE`);
  }
  if (filter.standing === 'on') parts.push('s.left_at IS NULL');
  if (filter.standing === 'left') parts.push('s.left_at IS NOT NULL');
  if (filter.standing === 'paused') parts.push(`s.left_at IS NULL AND s.paused_until > ${value(today)}::date`);
  return { sql: parts.length ? parts.join(' AND ') : 'true', params };
}

/** What somebody may see, as one more condition on `subscriber s`. */
export function within(where: Where, scope: OfficerScope, first = 1): Where {
  if (scope === null) return where;
  const place = `$${first + where.params.length}`;
  // One service by equality, so that its index gives the order too.
  const one = scope.length === 1;
  const sql = one ? `s.carers_service_id = ${place}::uuid` : `s.carers_service_id = ANY(${place}::uuid[])`;
  return { sql: `${sql} AND ${where.sql}`, params: [...where.params, one ? scope[0] : scope] };
}

/**
 * Part of a name, accents and capitals aside, as one more condition: three letters or more wherever they stand in it;
 * one or two, which are somewhere in most names, only where a first or last name begins with them.
 */
export function named(where: Where, name: string | undefined, first = 1): Where {
  if (!name) return where;
  const place = `plain_text($${first + where.params.length})`;
  const patterns = name.length >= 3 ? [`'%' || ${place} || '%'`] : [`${place} || '%'`, `'% ' || ${place} || '%'`];
  const like = patterns.map((pattern) => `plain_name LIKE ${pattern}`).join(' OR ');
  return {
    // Found by an index of letters first, then looked up in the list.
    sql: `${where.sql} AND s.cardholder_id = ANY(ARRAY(SELECT id FROM cardholder WHERE ${like}))`,
    params: [...where.params, name.replace(/[\\%_]/g, '\\$&')],
  };
}
