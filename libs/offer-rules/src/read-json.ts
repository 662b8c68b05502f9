/**
 * Small readers that check unknown JSON piece by piece. Each returns the value, cleaned, or reports why it will not do.
 * Reports carry codes, not sentences: the words are in the catalogue of whoever shows them.
 */

/** One thing wrong: where (dotted path, '' for the whole) and what, as a code. */
export interface TermsError {
  field: string;
  code: string;
}

export type Report = (field: string, code: string) => void;

/** Returns the checked value, or undefined after reporting what is wrong. */
export type Reader<T> = (value: unknown, field: string, report: Report) => T | undefined;

export interface Field<T> {
  read: Reader<T>;
  required: boolean;
}

export type Fields = Record<string, Field<unknown>>;

/** What must not be in a line of text: control characters, lone surrogates and marks that turn the writing direction. */
const UNFIT_TEXT = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
/** At least one letter, digit or symbol such as £: a lone full stop says nothing. */
const SOMETHING_SAID = /[\p{L}\p{N}\p{S}]/u;
const MOST_UNKNOWN_FIELDS = 10;

export const required = <T>(read: Reader<T>): Field<T> => ({ read, required: true });
/** A field that may be absent; null and absent mean the same. */
export const optional = <T>(read: Reader<T>): Field<T> => ({ read, required: false });

export function wholeNumber(min: number, max: number): Reader<number> {
  return (value, field, report) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return refuse(report, field, 'not_whole_number');
    if (value < min) return refuse(report, field, 'too_small');
    if (value > max) return refuse(report, field, 'too_large');
    return value === 0 ? 0 : value; // -0 would not survive JSON
  };
}

export function line(max: number): Reader<string> {
  return (value, field, report) => {
    if (typeof value !== 'string') return refuse(report, field, 'not_text');
    if (UNFIT_TEXT.test(value)) return refuse(report, field, 'unfit_character');
    const text = value.trim();
    if (!SOMETHING_SAID.test(text)) return refuse(report, field, 'missing');
    return text.length > max ? refuse(report, field, 'too_long') : text;
  };
}

export function oneOf<T extends string>(choices: readonly T[]): Reader<T> {
  return (value, field, report) =>
    choices.includes(value as T) ? (value as T) : refuse(report, field, 'not_a_choice');
}

export const flag: Reader<boolean> = (value, field, report) =>
  typeof value === 'boolean' ? value : refuse(report, field, 'not_true_or_false');

export function matching(fits: (text: string) => boolean, code: string): Reader<string> {
  return (value, field, report) => (typeof value === 'string' && fits(value) ? value : refuse(report, field, code));
}

/** A list of 1 to `max` different things, put in order when they are plain values. */
export function listOf<T>(read: Reader<T>, max: number): Reader<T[]> {
  return (value, field, report) => {
    if (!Array.isArray(value)) return refuse(report, field, 'not_a_list');
    if (value.length === 0) return refuse(report, field, 'empty');
    if (value.length > max) return refuse(report, field, 'too_many');
    const items: T[] = [];
    const seen = new Set<string>();
    Array.from(value as unknown[]).forEach((each, index) => {
      const item = read(each, `${field}.${index}`, report);
      if (item === undefined) return;
      const key = JSON.stringify(item);
      if (seen.has(key)) report(`${field}.${index}`, 'repeated');
      seen.add(key);
      items.push(item);
    });
    return items;
  };
}

/** An object with these fields and no others. `elsewhere` says which unknown names belong to another kind of offer. */
export function objectOf<T>(fields: Fields, elsewhere?: ReadonlySet<string>): Reader<T> {
  return (value, field, report) => {
    if (!isRecord(value)) return refuse(report, field, 'not_an_object');
    const path = (name: string) => (field === '' ? name : `${field}.${name}`);
    const kept: Record<string, unknown> = {};
    for (const [name, { read, required: needed }] of Object.entries(fields)) {
      const given = Object.hasOwn(value, name) ? value[name] : undefined;
      if (given === undefined || given === null) {
        if (needed) report(path(name), 'missing');
        continue;
      }
      const item = read(given, path(name), report);
      if (item !== undefined) kept[name] = item;
    }
    const others = Object.keys(value).filter((name) => !Object.hasOwn(fields, name) && value[name] !== undefined);
    for (const name of others.slice(0, MOST_UNKNOWN_FIELDS)) {
      if (!elsewhere?.has(name)) report(path(name.slice(0, 40)), 'unknown_field');
      else if (value[name] !== null) report(path(name), 'not_for_this_kind');
    }
    return kept as T;
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(report: Report, field: string, code: string): undefined {
  report(field, code);
  return undefined;
}
