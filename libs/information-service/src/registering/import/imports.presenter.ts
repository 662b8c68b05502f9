import { splitName } from './messy-values.js';
import type { Mapping } from './import-columns.js';
import type { RowCounts } from './imports.js';
import {
  type RowState,
  rowStates,
  type SubscriberImport,
  type SubscriberImportRow,
} from './subscriber-import.entity.js';

const key = (rest: string) => `information-service:import.${rest}`;

/** The columns chosen, as the form of columns holds them. */
export function mappingValues(mapping: Mapping): Record<string, string> {
  return Object.fromEntries(Object.entries(mapping).map(([name, at]) => [name, String(at)]));
}

/** States that rows are in, each with a link to them. */
export function countsView(counts: RowCounts, href: string, shown: RowState | null) {
  return rowStates
    .filter((state) => counts[state] > 0)
    .map((state) => ({
      labelKey: key(`count.${state}`),
      count: counts[state],
      href: `${href}?rows=${state}`,
      shown: state === shown,
    }));
}

/** A row with the name that stands in it, what is wrong, and who it may be. */
export function rowView(row: SubscriberImportRow, { mapping, consent: _consent }: SubscriberImport) {
  return {
    line: row.line,
    name: nameIn(row, mapping ?? {}),
    problems: row.problems.map(({ message, params }) => ({ key: message, params: params ?? {} })),
    likely: row.likely.map(({ firstName, lastName, alike }) => ({
      name: `${firstName} ${lastName}`,
      alikeKeys: alike.map((each) => `information-service:registering.alike.${each}`),
    })),
    choices: [
      ...row.likely.map(({ cardholderId, firstName, lastName }) => ({
        value: cardholderId,
        text: `${firstName} ${lastName}`,
      })),
      { value: 'new', label: 'information-service:registering.somebody-else' },
      { value: 'skip', label: key('skip') },
    ],
    href: row.subscriberId ? `/staff/subscribers/${row.subscriberId}` : null,
  };
}

function nameIn({ cells }: SubscriberImportRow, mapping: Mapping): string {
  const read = JSON.parse(cells ?? '[]') as string[];
  const cell = (name: keyof Mapping) => read[mapping[name] ?? -1]?.trim() ?? '';
  const full = splitName(cell('fullName'));
  return [cell('firstName') || full.first, cell('lastName') || full.last].join(' ').slice(0, 120).trim();
}
