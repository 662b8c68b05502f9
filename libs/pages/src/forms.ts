import { InvalidInput, isLocalDate, type FieldError, type LocalDate } from '@carers/kernel';
import { z } from 'zod';
import { looksLikeKey } from './words.js';

/** A form as it came: strings, lists of strings, and what dotted names made of them. */
export type FormValues = Record<string, unknown>;

export type FormRead<T> =
  { value: T; errors?: undefined; form: FormValues } | { value?: undefined; errors: FieldError[]; form: FormValues };

export interface ReadFormOptions {
  /** Fields that are never shown again: codes, keys. */
  secrets?: readonly string[];
}

/** Most entries of one list in a form; more is refused by its schema, and never built. */
const MOST_ENTRIES = 100;

/**
 * Reads a posted form by its schema. Names with dots become objects and lists (`branches.0.postcode`), the three boxes
 * of a date (`birth-day`, `birth-month`, `birth-year`) become one object `birth`. The schema's messages are catalogue
 * keys; at most one error per field comes back, with what was typed, ready for `page(template, { form, errors })`.
 */
export async function readForm<S extends z.ZodType>(
  schema: S,
  body: unknown,
  options: ReadFormOptions = {},
): Promise<FormRead<z.output<S>>> {
  const form = unfold(body);
  const result = await schema.safeParseAsync(form);
  for (const name of options.secrets ?? []) delete form[name];
  if (result.success) return { value: result.data, form };
  return { errors: fieldErrors(result.error), form };
}

/** One error per field, in the order of the schema. */
export function fieldErrors(error: z.ZodError): FieldError[] {
  const byField = new Map<string, FieldError>();
  for (const issue of error.issues) {
    const field = issue.path.join('.');
    if (byField.has(field)) continue;
    const limits = issue as { maximum?: unknown; minimum?: unknown };
    const params: Record<string, string | number> = {};
    if (typeof limits.maximum === 'number') params['max'] = limits.maximum;
    if (typeof limits.minimum === 'number') params['min'] = limits.minimum;
    const message = looksLikeKey(issue.message) ? issue.message : 'pages:errors.check-answer';
    byField.set(field, { field, message, params });
  }
  return [...byField.values()];
}

/** The errors of a problem that a form page can show at its fields; null for any other problem. Rethrow those. */
export function errorsOf(problem: unknown): FieldError[] | null {
  return problem instanceof InvalidInput ? [...problem.errors] : null;
}

/** Boxes of a tick list: nothing, one or several of the values; always a list. */
export function choices<const V extends readonly [string, ...string[]]>(values: V, missing?: string) {
  const list = z.array(z.enum(values, { error: 'pages:errors.check-answer' })).max(values.length);
  return z.preprocess(
    (given) => (given === undefined || given === '' ? [] : Array.isArray(given) ? given : [given]),
    missing ? list.min(1, { error: missing }) : list,
  );
}

/** One of the values; `missing` is the key for no or another answer. */
export function choice<const V extends readonly [string, ...string[]]>(values: V, missing: string) {
  return z.enum(values, { error: missing });
}

/** A single tick box: true when ticked. */
export function ticked() {
  return z.preprocess((given) => given === 'yes' || given === 'on' || given === true || given === 'true', z.boolean());
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/**
 * The three boxes of a date as a `LocalDate`; also takes `YYYY-MM-DD`, as the API does. Months may be names.
 * `missing` is the key for empty boxes, `wrong` (default: the same) for a date that does not exist.
 */
export function dateBoxes(missing: string, wrong: string = missing) {
  return z.preprocess(
    (given) => dateOf(given),
    z
      .string({ error: missing })
      .refine((text) => isLocalDate(text), { error: wrong })
      .transform((text): LocalDate => text),
  );
}

/** `YYYY-MM-DD`, text that is no date, or undefined when nothing was typed. */
function dateOf(given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return given === '' ? undefined : given;
  const [day, month, year] = ['day', 'month', 'year'].map((part) => {
    const typed = (given as FormValues)[part];
    return typeof typed === 'string' || typeof typed === 'number' ? String(typed).trim() : typed ? 'x' : '';
  }) as [string, string, string];
  if (!day && !month && !year) return undefined;
  const named = MONTHS.indexOf(month.toLowerCase().slice(0, 3)) + 1;
  const number = /^\d{1,2}$/.test(month) ? month : String(named || 'x');
  return `${year}-${number.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** Nested values of a flat form. Names that could reach a prototype are dropped; `_csrf` is not an answer. */
function unfold(body: unknown): FormValues {
  const form: FormValues = {};
  if (typeof body !== 'object' || body === null) return form;
  for (const [name, value] of Object.entries(body)) {
    if (name === '_csrf') continue;
    const date = /^(.+)-(day|month|year)$/.exec(name);
    const path = date && isDate(body as FormValues, date[1]!) ? [...date[1]!.split('.'), date[2]!] : name.split('.');
    if (path.length <= 5 && path.every((part) => /^[\w-]{1,60}$/.test(part) && part !== '__proto__')) {
      put(form, path, value);
    }
  }
  return form;
}

/** Only a full set of three boxes is a date: a lone `pay-day` is a field like any other. */
function isDate(body: FormValues, name: string): boolean {
  return ['day', 'month', 'year'].every((part) => Object.hasOwn(body, `${name}-${part}`));
}

function put(form: FormValues, path: string[], value: unknown): void {
  let at: FormValues = form;
  for (const [index, part] of path.slice(0, -1).entries()) {
    if (Array.isArray(at) && !(Number(part) < MOST_ENTRIES)) return;
    const listNext = /^\d+$/.test(path[index + 1]!);
    if (!Object.hasOwn(at, part) || typeof at[part] !== 'object' || at[part] === null) at[part] = listNext ? [] : {};
    at = at[part] as FormValues;
  }
  const last = path.at(-1)!;
  if (Array.isArray(at) && !(Number(last) < MOST_ENTRIES)) return;
  at[last] = value;
}

/** The value at a dotted path, or undefined. */
export function valueAt(form: unknown, field: string): unknown {
  let at: unknown = form;
  for (const part of field.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as FormValues)[part];
  }
  return at;
}
