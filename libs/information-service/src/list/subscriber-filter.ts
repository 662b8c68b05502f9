import { isLocalDate, isUuid, type LocalDate } from '@carers/kernel';
import { z } from 'zod';
import type { OfficerScope } from '../officer-scope.js';
import { type Channel, channels, type Purpose, purposes, type SourceKind, sourceKinds } from '../purposes.js';

/** Who is shown: those on the list, those who left, or both. */
export const standings = ['on', 'left', 'all'] as const;

/** What an officer looks for. Everything may be left out. */
export interface SubscriberFilter {
  region?: string;
  purpose?: Purpose;
  channel?: Channel;
  source?: SourceKind;
  /** Registered on this day (London) or later. */
  since?: LocalDate;
  /** Part of a name. */
  name?: string;
  standing: (typeof standings)[number];
}

const left = <T>(schema: z.ZodType<T>) => schema.optional().catch(undefined);

/** Query of the list. What cannot be read is left out: an address somebody shortened still shows a list. */
export const filterQuery = z.object({
  region: left(z.string().refine(isUuid)),
  purpose: left(z.enum(purposes)),
  channel: left(z.enum(channels)),
  source: left(z.enum(sourceKinds)),
  since: left(z.string().refine(isLocalDate)),
  name: left(z.string().trim().min(1).max(80)),
  standing: z.enum(standings).catch('on'),
});

/** A filter as a query string, without what is empty. */
export function queryOf(filter: SubscriberFilter): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).filter(([name, value]) => value !== undefined && !(name === 'standing' && value === 'on')),
  ) as Record<string, string>;
}

/** A condition on `subscriber s` joined with `cardholder c`, and its values from `$1` on. */
export interface Condition {
  sql: string;
  values: unknown[];
}

/** The SQL of a filter within what somebody may see. */
export function conditionOf(filter: SubscriberFilter, scope: OfficerScope): Condition {
  const parts: string[] = [];
  const values: unknown[] = [];
  const value = (given: unknown): string => `$${values.push(given)}`;
  // One service by equality, so that its index gives the order too.
  if (scope?.length === 1) parts.push(`s.carers_service_id = ${value(scope[0])}`);
  else if (scope) parts.push(`s.carers_service_id = ANY(${value(scope)}::uuid[])`);
  if (filter.region) parts.push(`s.region_id = ${value(filter.region)}`);
  if (filter.source) parts.push(`s.source_kind = ${value(filter.source)}`);
  if (filter.since)
    parts.push(`s.registered_at >= (${value(filter.since)}::date)::timestamp AT TIME ZONE 'Europe/London'`);
  if (filter.standing !== 'all') parts.push(`s.left_at IS ${filter.standing === 'on' ? '' : 'NOT '}NULL`);
  if (filter.name) {
    const pattern = `%${filter.name.replace(/[\\%_]/g, '\\$&')}%`;
    parts.push(`plain_text(c.first_name || ' ' || c.last_name) LIKE plain_text(${value(pattern)})`);
  }
  if (filter.purpose || filter.channel) {
    const wanted = ['sub.subscriber_id = s.id', 'sub.active'];
    if (filter.purpose) wanted.push(`sub.purpose = ${value(filter.purpose)}`);
    if (filter.channel) wanted.push(`sub.channel = ${value(filter.channel)}`);
    parts.push(`EXISTS (SELECT 1 FROM subscription sub WHERE ${wanted.join(' AND ')})`);
  }
  return { sql: parts.length ? parts.join(' AND ') : 'true', values };
}
