import { invalid } from './errors.js';

/** A value that came in a form or a query: text, or what its brackets made of it. */
export type Given = string | Given[] | { [key: string]: Given };

/** What one parameter may be. A list of texts names the only ones allowed; an object names the keys inside. */
export type Rule = 'text' | 'integer' | 'flag' | 'address' | 'metadata' | readonly string[] | Needed | ListOf | Rules;
export interface Rules {
  readonly [key: string]: Rule | undefined;
}
interface Needed {
  readonly needed: Rule;
}
interface ListOf {
  readonly each: Rule;
}

/**
 * Rules for parameters of the type that Stripe's own library gives them: a name that Stripe of this version does not know
 * does not compile.
 */
export type RulesFor<T> = { readonly [K in keyof T]?: RuleFor<Exclude<T[K], null | undefined | ''>> };
type RuleFor<T> =
  | 'text'
  | 'integer'
  | 'flag'
  | 'address'
  | 'metadata'
  | readonly string[]
  | { readonly needed: RuleFor<T> }
  | (T extends readonly (infer I)[] ? { readonly each: RuleFor<I> } : T extends object ? RulesFor<T> : never);

/** `a[b][0]=c` as `{ a: { b: ['c'] } }`. */
export function decode(form: string): { [key: string]: Given } {
  const root: { [key: string]: Given } = {};
  for (const [name, value] of new URLSearchParams(form)) {
    const path = [name.replace(/\[.*$/, ''), ...[...name.matchAll(/\[([^\]]*)\]/g)].map((match) => match[1]!)];
    let at = root;
    for (const key of path.slice(0, -1)) at = (at[key] ??= {}) as { [key: string]: Given };
    at[path.at(-1)!] = value;
  }
  return listsIn(root) as { [key: string]: Given };
}

function listsIn(value: Given): Given {
  if (typeof value === 'string') return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, listsIn(inner)] as const);
  const isList = entries.length > 0 && entries.every(([key], index) => key === String(index));
  return isList ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

/**
 * Checks parameters as Stripe does, and turns numbers and flags into such.
 * @throws Refusal for one that is unknown, missing or of the wrong sort
 */
export function read<T>(given: { [key: string]: Given }, rules: RulesFor<T>): T {
  return readObject(given, rules as Rules, '') as T;
}

function readObject(given: { [key: string]: Given }, rules: Rules, within: string): Record<string, unknown> {
  const read: Record<string, unknown> = {};
  const nameOf = (key: string) => (within ? `${within}[${key}]` : key);
  for (const [key, value] of Object.entries(given)) {
    const rule = rules[key];
    const param = nameOf(key);
    if (!rule) throw invalid(`Received unknown parameter: ${param}`, { code: 'parameter_unknown', param });
    // Stripe takes an empty text as "none".
    if (value !== '') read[key] = readOne(value, rule, param);
    else if (isNeeded(rule))
      throw invalid(`You passed an empty string for '${param}'.`, { code: 'parameter_invalid_empty', param });
  }
  for (const [key, rule] of Object.entries(rules)) {
    const param = nameOf(key);
    if (rule && isNeeded(rule) && read[key] === undefined)
      throw invalid(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  return read;
}

function readOne(value: Given, rule: Rule, param: string): unknown {
  if (isNeeded(rule)) return readOne(value, rule.needed, param);
  if (Array.isArray(rule)) return oneOf(value, rule as readonly string[], param);
  if (typeof rule === 'object' && 'each' in rule) {
    if (!Array.isArray(value)) throw invalid(`Invalid array`, { param });
    return value.map((each, index) => readOne(each, (rule as ListOf).each, `${param}[${index}]`));
  }
  if (rule === 'metadata') return metadata(value, param);
  if (typeof rule === 'object') {
    if (typeof value === 'string' || Array.isArray(value)) throw invalid('Invalid object', { param });
    return readObject(value, rule as Rules, param);
  }
  if (typeof value !== 'string') throw invalid(`Invalid string: ${JSON.stringify(value)}`, { param });
  if (rule === 'integer') {
    if (!/^-?\d{1,12}$/.test(value))
      throw invalid(`Invalid integer: ${value}`, { code: 'parameter_invalid_integer', param });
    return Number(value);
  }
  if (rule === 'flag') return oneOf(value, ['true', 'false'], param) === 'true';
  if (rule === 'address' && !/^https?:\/\/[^/\s]+/.test(value))
    throw invalid('Not a valid URL', { code: 'url_invalid', param });
  if (value.length > 5000) throw invalid('Invalid string: too long', { code: 'parameter_invalid_string', param });
  return value;
}

function oneOf(value: Given, allowed: readonly string[], param: string): string {
  if (typeof value === 'string' && allowed.includes(value)) return value;
  throw invalid(`Invalid ${param}: must be one of ${allowed.join(', ')}`, { param });
}

/** At most 50 pairs, keys of 40 and values of 500 characters. */
function metadata(value: Given, param: string): Record<string, string> {
  if (typeof value === 'string' || Array.isArray(value)) throw invalid('Invalid object', { param });
  const pairs = Object.entries(value);
  if (pairs.length > 50) throw invalid('Metadata has too many keys', { param });
  for (const [key, text] of pairs) {
    if (key.length > 40 || typeof text !== 'string' || text.length > 500)
      throw invalid('Metadata keys have at most 40 and values at most 500 characters', { param: `${param}[${key}]` });
  }
  return value as Record<string, string>;
}

function isNeeded(rule: Rule): rule is Needed {
  return typeof rule === 'object' && 'needed' in rule;
}
