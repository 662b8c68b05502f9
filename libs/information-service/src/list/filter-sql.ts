import type { LocalDate } from '@carers/kernel';
import type { OfficerScope } from '../officer-scope.js';
import type { SubscriberFilter } from './filter-fields.js';
import { reachNames } from './reach.js';

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
 * columns of the covering indexes are looked at, but for `card`.
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
  if (filter.purpose || filter.channel) parts.push(overlaps('s.reach', reachNames(filter)));
  const midnight = (day: LocalDate, later: string) =>
    `(${value(day)}::date${later})::timestamp AT TIME ZONE 'Europe/London'`;
  if (filter.since) parts.push(`s.registered_at >= ${midnight(filter.since, '')}`);
  if (filter.until) parts.push(`s.registered_at < ${midnight(filter.until, ' + 1')}`);
  if (filter.card) {
    const not = filter.card === 'with' ? '' : 'NOT ';
    parts.push(`${not}EXISTS (SELECT 1 FROM card WHERE card.cardholder_id = s.cardholder_id
      AND card.status <> 'revoked' AND card.valid_until >= ${value(today)}::date)`);
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

/** A name in part, accents and capitals aside, as one more condition. */
export function named(where: Where, name: string | undefined, first = 1): Where {
  if (!name) return where;
  const pattern = `%${name.replace(/[\\%_]/g, '\\$&')}%`;
  const like = `plain_text(first_name || ' ' || last_name) LIKE plain_text($${first + where.params.length})`;
  // Three letters find few people by an index: those first. One or two are in most names: then the list leads.
  const condition =
    name.length >= 3
      ? `s.cardholder_id = ANY(ARRAY(SELECT id FROM cardholder WHERE ${like}))`
      : `EXISTS (SELECT 1 FROM cardholder WHERE cardholder.id = s.cardholder_id AND ${like})`;
  return { sql: `${where.sql} AND ${condition}`, params: [...where.params, pattern] };
}
