import type { SchemeInForce } from '@carers/places';
import { languageName } from '../language-name.js';
import type { OfficerScope } from '../officer-scope.js';
import { channels, formats, purposes, sourceKinds, topics } from '../purposes.js';
import { ageBands, cardStates, everybody, filterRoles, queryOf, standings } from './filter-fields.js';
import { reachName } from './reach.js';
import type { Segment } from './segment.entity.js';
import type { Found } from './segments.js';
import type { MonthOfSource, Sought, SubscriberLine } from './subscribers.js';

const path = '/staff/subscribers';

/** What the filter of the list can be set to. */
export function filterChoices(scheme: SchemeInForce, scope: OfficerScope) {
  const seen = scheme.regions.filter(({ carersServiceId }) => scope === null || scope.includes(carersServiceId));
  return {
    regions: seen.map(({ id, name }) => ({ value: id, text: name })),
    // One language is no choice.
    languages: scheme.locales.length > 1 ? scheme.locales.map((value) => ({ value, text: languageName(value) })) : null,
    roles: [...filterRoles],
    ages: [...ageBands],
    topics: [...topics],
    purposes: [...purposes],
    channels: [...channels],
    sources: [...sourceKinds],
    formats: [...formats],
    cards: [...cardStates],
    standings: [...standings],
  };
}

/** The services whose people are shown. */
export function servicesSeen(scheme: SchemeInForce, scope: OfficerScope): { id: string; name: string }[] {
  return scheme.carersServices.filter(({ id }) => scope === null || scope.includes(id));
}

export function lineView(line: SubscriberLine, regionNames: ReadonlyMap<string, string>, today: string) {
  return {
    href: `${path}/${line.id}`,
    name: `${line.firstName} ${line.lastName}`,
    region: regionNames.get(line.regionId) ?? '',
    roleKeys: line.caringRoles.map((role) => `information-service:filter.roles.${role}`),
    sourceKey: `information-service:sources.${line.sourceKind}`,
    sourceCode: line.sourceCode,
    registeredAt: line.registeredAt,
    leftAt: line.leftAt,
    pausedUntil: line.pausedUntil && line.pausedUntil > today ? line.pausedUntil : null,
    gets: purposes.flatMap((purpose) => {
      const by = channels.filter((channel) => line.reach.includes(reachName(purpose, channel)));
      return by.length ? [{ key: `information-service:short.${purpose}`, by: by.map(byKey) }] : [];
    }),
  };
}

/**
 * Of the people shown, who can be reached: purposes down, channels across. Each figure opens the people behind it, and
 * keeps what was filtered by before.
 */
export function reachTable({ reach }: Found, { filter, name }: Sought) {
  return purposes.map((purpose) => ({
    titleKey: `information-service:purposes.${purpose}`,
    cells: channels.map((channel) => ({
      people: reach.find((each) => each.purpose === purpose && each.channel === channel)!.people,
      href: `${path}?${queryOf({ ...filter, purpose: [purpose], channel: [channel] }, { name })}`,
    })),
  }));
}

/** Sign-ups as a table: months down, sources across, with their sum. */
export function signUpTable(figures: readonly MonthOfSource[]) {
  return [...new Set(figures.map(({ month }) => month))].map((month) => {
    const of = figures.filter((each) => each.month === month);
    return {
      month: `${month}-01`,
      cells: sourceKinds.map((source) => of.find((each) => each.source === source)?.people ?? 0),
      total: of.reduce((sum, { people }) => sum + people, 0),
    };
  });
}

/** Saved filters as links; the one that is shown is marked. */
export function segmentLinks(segments: readonly Segment[], services: readonly { id: string; name: string }[]) {
  const names = new Map(services.map(({ id, name }) => [id, name]));
  return segments.map(({ id, name, filter, carersServiceId }) => ({
    id,
    name,
    service: services.length > 1 ? (names.get(carersServiceId) ?? '') : '',
    href: `${path}?${queryOf(filter, { segment: id })}`,
    editHref: `${path}/segments/${id}`,
  }));
}

/** The values of a filter's own form. */
export function filterValues({ filter, name }: Sought): Record<string, unknown> {
  return { ...filter, name };
}

/** Whether less than everybody on the list is shown. */
export function isNarrowed({ filter, name }: Sought): boolean {
  return queryOf(filter, { name }) !== queryOf(everybody);
}

/** Whether something is set that the page folds away. */
export function hasMore({ filter }: Sought): boolean {
  const folded = ['topic', 'age', 'language', 'source', 'code', 'format', 'card', 'since', 'until'] as const;
  return folded.some((field) => filter[field] !== undefined);
}

/** A filter in words: one line for each field that is set. */
export function filterInWords({ filter, name }: Sought, scheme: SchemeInForce) {
  const regions = new Map(scheme.regions.map((region) => [region.id, region.name]));
  const inWords = (field: string, values: readonly string[] | undefined, words: string) =>
    values ? [{ field, keys: values.map((value) => `${words}.${value}`) }] : [];
  const asTyped = (field: string, texts: readonly string[] | undefined) => (texts ? [{ field, texts }] : []);
  const of = 'information-service';
  return [
    ...asTyped('name', name ? [name] : undefined),
    ...asTyped(
      'region',
      filter.region?.map((id) => regions.get(id) ?? '?'),
    ),
    ...inWords('role', filter.role, `${of}:filter.roles`),
    ...inWords('age', filter.age, `${of}:filter.ages`),
    ...inWords('topic', filter.topic, `${of}:topics`),
    ...inWords('purpose', filter.purpose, `${of}:purposes`),
    ...inWords('channel', filter.channel, `${of}:by`),
    ...asTyped(
      'language',
      // Whatever stands in the address: not each has a name.
      filter.language?.map((locale) => (scheme.locales.includes(locale) ? languageName(locale) : locale)),
    ),
    ...inWords('format', filter.format, `${of}:formats`),
    ...inWords('source', filter.source, `${of}:sources`),
    ...asTyped('code', filter.code),
    ...inWords('card', filter.card && [filter.card], `${of}:filter.cards`),
    ...(filter.since ? [{ field: 'since', day: filter.since }] : []),
    ...(filter.until ? [{ field: 'until', day: filter.until }] : []),
    ...(filter.standing === 'on' ? [] : inWords('standing', [filter.standing], `${of}:standings`)),
  ].map(({ field, ...values }) => ({ titleKey: `${of}:filter.${field}`, ...values }));
}

function byKey(channel: (typeof channels)[number]): string {
  return `information-service:by.${channel}`;
}
