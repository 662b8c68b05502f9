import { isLocalDate, isUuid, type LocalDate } from '@carers/kernel';
import { z } from 'zod';
import { channels, formats, purposes, sourceKinds, topics } from '../purposes.js';

/** Who is meant: those on the list (in a pause or not), those in a pause, those who left, or everybody. */
export const standings = ['on', 'paused', 'left', 'all'] as const;
export type Standing = (typeof standings)[number];

/** Age as coarse as letters need it: a plain column holds the band, never the date of birth. */
export const ageBands = ['under_13', '13_to_17', '18_to_25', '26_to_64', '65_or_over'] as const;
export type AgeBand = (typeof ageBands)[number];

/** What somebody may be to the people they look after; a plain copy of the registry's, aged with the person. */
export const filterRoles = ['adult_carer', 'parent_carer', 'young_carer', 'young_adult_carer', 'former_carer'] as const;

/** Whether somebody has a card that runs. */
export const cardStates = ['with', 'without'] as const;

/** Most values of one list: a filter travels in an address. */
const mostValues = 50;

const region = z.string().refine(isUuid).toLowerCase();
const code = z.string().trim().min(1).max(60);
const day = z
  .string()
  .refine((text) => isLocalDate(text))
  .transform((text): LocalDate => text);

/** Fields with a list of values, any of which will do. */
export const listFields = {
  region,
  role: z.enum(filterRoles),
  topic: z.enum(topics),
  language: z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/),
  purpose: z.enum(purposes),
  channel: z.enum(channels),
  source: z.enum(sourceKinds),
  code,
  format: z.enum(formats),
  age: z.enum(ageBands),
};

/** Fields with one value. */
export const singleFields = { since: day, until: day, card: z.enum(cardStates) };

type ListField = keyof typeof listFields;

function listOf<T extends z.ZodType>(item: T) {
  return z.array(item).min(1).max(mostValues).optional();
}

/**
 * Whom an officer means, by what is known of them. Fields narrow one another; within one field any value will do.
 * Strict: what cannot be read is refused, for a saved filter must never come to mean more people than it said.
 *
 * - `region` ids · `role` · `age` band · `language` (locale) · `format`
 * - `topic`: chosen it, or chose none, which means everything
 * - `channel`, `purpose`: a yes to one of these purposes by one of these channels (with one left out: any)
 * - `source` kind · `code` of the source (a referrer's)
 * - `since`, `until`: registered between these days (London), both included
 * - `card`: with or without a card that runs · `standing`: on the list unless said otherwise
 */
export const subscriberFilter = z.strictObject({
  region: listOf(listFields.region),
  role: listOf(listFields.role),
  topic: listOf(listFields.topic),
  language: listOf(listFields.language),
  purpose: listOf(listFields.purpose),
  channel: listOf(listFields.channel),
  source: listOf(listFields.source),
  code: listOf(listFields.code),
  format: listOf(listFields.format),
  age: listOf(listFields.age),
  since: singleFields.since.optional(),
  until: singleFields.until.optional(),
  card: singleFields.card.optional(),
  standing: z.enum(standings).default('on'),
});

export type SubscriberFilter = z.output<typeof subscriberFilter>;

/** Everybody on the list. */
export const everybody: SubscriberFilter = { standing: 'on' };

/** The filter of an address. What cannot be read is left out: an address somebody shortened still shows a list. */
export function filterFromQuery(query: Record<string, unknown>): SubscriberFilter {
  const filter: Record<string, unknown> = { standing: z.enum(standings).catch('on').parse(query['standing']) };
  for (const [name, item] of Object.entries(listFields) as [ListField, z.ZodType][]) {
    const readable = [query[name]].flat().flatMap((given) => {
      const read = item.safeParse(given);
      return read.success ? [read.data] : [];
    });
    // Sorted and each once, so that the same choice is the same address, in whatever order it was ticked.
    const values = [...new Set(readable)].sort().slice(0, mostValues);
    if (values.length) filter[name] = values;
  }
  for (const [name, item] of Object.entries(singleFields)) {
    const read = item.safeParse(query[name]);
    if (read.success) filter[name] = read.data;
  }
  return filter as SubscriberFilter;
}

/** A filter as a query string without `?`, empty for everybody on the list. `filterFromQuery` reads it. */
export function queryOf(filter: SubscriberFilter, more: Record<string, string | undefined> = {}): string {
  const search = new URLSearchParams();
  for (const name of Object.keys(listFields) as ListField[]) {
    for (const value of filter[name] ?? []) search.append(name, value);
  }
  for (const name of Object.keys(singleFields) as (keyof typeof singleFields)[]) {
    if (filter[name]) search.set(name, filter[name]);
  }
  if (filter.standing !== 'on') search.set('standing', filter.standing);
  for (const [name, value] of Object.entries(more)) if (value) search.set(name, value);
  return search.toString();
}
