import type { AccountContact } from '@carers/access';
import type { SchemeInForce } from '@carers/places';
import type { OfficerScope } from './officer-scope.js';
import { channels, purposes, sourceKinds } from './purposes.js';
import { queryOf, standings, type SubscriberFilter } from './list/subscriber-filter.js';
import type { SubscriberHistory } from './list/subscriber-files.js';
import type { MonthOfSource, Reach, SubscriberLine } from './list/subscribers.js';

/** What the filter of the list can be set to. */
export function filterChoices(scheme: SchemeInForce, scope: OfficerScope) {
  const seen = scheme.regions.filter(({ carersServiceId }) => scope === null || scope.includes(carersServiceId));
  return {
    regions: seen.map(({ id, name }) => ({ value: id, text: name })),
    purposes: [...purposes],
    channels: [...channels],
    sources: [...sourceKinds],
    standings: [...standings],
  };
}

/** The names of the services whose people are shown. */
export function serviceNames(scheme: SchemeInForce, scope: OfficerScope): string[] {
  return scheme.carersServices.filter(({ id }) => scope === null || scope.includes(id)).map(({ name }) => name);
}

export function lineView(line: SubscriberLine, regionNames: ReadonlyMap<string, string>) {
  return {
    href: `/staff/subscribers/${line.id}`,
    name: `${line.firstName} ${line.lastName}`,
    region: regionNames.get(line.regionId) ?? '',
    sourceKey: `information-service:sources.${line.sourceKind}`,
    sourceCode: line.sourceCode,
    registeredAt: line.registeredAt,
    leftAt: line.leftAt,
    gets: purposes.flatMap((purpose) => {
      const by = channels.filter((channel) => line.active.includes(`${purpose} ${channel}`));
      return by.length ? [{ key: `information-service:short.${purpose}`, by: by.map(byKey) }] : [];
    }),
  };
}

/** Who can be reached, as a table: purposes down, channels across. Each figure opens the people behind it. */
export function reachTable(reach: readonly Reach[]) {
  return purposes.map((purpose) => ({
    titleKey: `information-service:purposes.${purpose}`,
    cells: channels.map((channel) => ({
      people: reach.find((each) => each.purpose === purpose && each.channel === channel)?.people ?? 0,
      query: queryOf({ purpose, channel, standing: 'on' }),
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

/** Everything that happened, newest first, with the names of the staff who asked. */
export function historyView(history: SubscriberHistory, staff: readonly Pick<AccountContact, 'accountId' | 'name'>[]) {
  const names = new Map(staff.map(({ accountId, name }) => [accountId, name]));
  const who = (event: { askedByKind: string; askedById: string; how: string }) => ({
    howKey: `information-service:ways.${event.how}`,
    byKey: `information-service:asked-by.${event.askedByKind}`,
    byName: event.askedByKind === 'account' ? (names.get(event.askedById) ?? null) : null,
  });
  const consents = history.consents.map((event) => ({
    at: event.at,
    factKey: `information-service:decisions.${event.decision}`,
    whatKey: `information-service:purposes.${event.purpose}`,
    byChannelKey: byKey(event.channel),
    wording: event.wordingVersion,
    ...who(event),
  }));
  const registration = history.registration.map((event) => ({
    at: event.at,
    factKey: `information-service:facts.${event.fact}`,
    whatKey: null,
    byChannelKey: null,
    wording: null,
    ...who(event),
  }));
  // Sorting is stable: turned round first, later ones of the same moment stay before earlier ones.
  return [...registration, ...consents].reverse().sort((one, other) => other.at.getTime() - one.at.getTime());
}

/** The filter's own values, for its form. */
export function filterValues(filter: SubscriberFilter): Record<string, string> {
  return { ...queryOf(filter), standing: filter.standing };
}

function byKey(channel: (typeof channels)[number]): string {
  return `information-service:by.${channel}`;
}
