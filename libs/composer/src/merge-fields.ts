/** What of a person may stand in a text. Automatic messages name further ones in `ComposerSource.extraFields`. */
export const standardFields = ['firstName', 'name', 'preferences'] as const;
export type FieldName = string;

/** For whom a copy is made. Everything in it is treated as plain text, whatever letters it holds. */
export interface MergePerson {
  firstName: string;
  name: string;
  /** The page without a password on which they choose what they get. */
  preferenceUrl: string;
  /** For letters: 8 letters and digits and a check symbol, once for each letter. */
  letterCode?: string;
  locale: string;
  format: 'standard' | 'large_print' | 'easy_read' | 'audio';
  /** Values of `extraFields`. */
  values?: Readonly<Record<string, string>>;
}

/**
 * A value as it may stand in a line: one line, no control or direction-changing characters, no half letters, and not
 * so long that it is a text of its own.
 */
export function cleanValue(value: string): string {
  return value
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffd\p{Co}]/gu, '')
    .trim()
    .slice(0, 200)
    .toWellFormed();
}

/** What a field says to a person. @throws Error for an extra field without a value: a fault of the program */
export function valueOf(field: FieldName, person: MergePerson): string {
  if (field === 'firstName') return cleanValue(person.firstName);
  if (field === 'name') return cleanValue(person.name);
  if (field === 'preferences') return cleanValue(person.preferenceUrl);
  const value = person.values?.[field];
  if (value === undefined) throw new Error(`No value for the field ${field}`);
  return cleanValue(value);
}

/**
 * The field that somebody may have meant: the same letters in other case or with dashes, a name that others use for
 * it, or one with up to two letters wrong.
 */
export function didYouMean(typed: string, known: readonly FieldName[]): FieldName | null {
  const sought = plain(typed);
  const exact = known.find((field) => plain(field) === sought) ?? aliases[sought];
  if (exact !== undefined && known.includes(exact)) return exact;
  const near = known
    .map((field) => ({ field, distance: editDistance(plain(field), sought) }))
    .sort((one, other) => one.distance - other.distance)[0];
  return near && near.distance <= Math.min(2, Math.floor(sought.length / 2)) ? near.field : null;
}

const aliases: Readonly<Record<string, FieldName>> = {
  forename: 'firstName',
  fname: 'firstName',
  first: 'firstName',
  givenname: 'firstName',
  fullname: 'name',
  surname: 'name',
  lastname: 'name',
  preference: 'preferences',
  preferenceurl: 'preferences',
  preferencelink: 'preferences',
  unsubscribe: 'preferences',
};

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

/** Letters to put in, take out or change (Levenshtein). Long texts are no misspelt field. */
function editDistance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return 99;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1));
    row = next;
  }
  return row[other.length]!;
}
