import type { FieldError } from '@carers/kernel';
import Handlebars from 'handlebars/dist/handlebars.js';
import { createHash } from 'node:crypto';
import { brandStyle } from './brand.js';
import { Field, formErrors } from './fields.js';
import type { DayOrInstant } from './formats.js';
import { govukParams, renderComponent } from './govuk.js';
import type { ViewContext } from './view-context.js';
import type { Words } from './words.js';

type Options = Handlebars.HelperOptions;

/** Components that forms use so often that they have a helper of their own: `{{input 'postcode' label=…}}`. */
const FIELDS: Record<string, string> = {
  input: 'input',
  textarea: 'textarea',
  radios: 'radios',
  checkboxes: 'checkboxes',
  'date-input': 'date-input',
  select: 'select',
  'file-upload': 'file-upload',
};

/** Everything a template can say; the README lists it with examples. */
export function registerHelpers(handlebars: typeof Handlebars): void {
  const words = (options: Options): Words => pageOf(options).words;

  handlebars.registerHelper({
    t(key: string, options: Options) {
      const params = options.hash as Record<string, unknown>;
      if (!key.endsWith('-html')) return words(options).t(key, plain(params));
      return new Handlebars.SafeString(words(options).t(key, escaped(params)));
    },
    't-list': (key: string, options: Options) =>
      words(options).sentences(key, plain(options.hash as object as Record<string, unknown>)),
    date: (day: DayOrInstant | null, options: Options) => (day ? words(options).longDate(day) : ''),
    'weekday-date': (day: DayOrInstant | null, options: Options) => (day ? words(options).weekdayDate(day) : ''),
    'month-year': (day: DayOrInstant | null, options: Options) => (day ? words(options).monthYear(day) : ''),
    'month-name': (day: DayOrInstant | null, options: Options) => (day ? words(options).monthName(day) : ''),
    time: (at: DayOrInstant | null, options: Options) => (at ? words(options).clockTime(at) : ''),
    'date-time': (at: DayOrInstant | null, options: Options) => (at ? words(options).dateTime(at) : ''),
    money: (pence: number | null, options: Options) => (typeof pence === 'number' ? words(options).pence(pence) : ''),
    number: (value: number | null, options: Options) => (typeof value === 'number' ? words(options).number(value) : ''),
    'list-of': (items: string[], options: Options) => words(options).list(items, options.hash['or'] ? 'or' : 'and'),
    'day-names': (days: number[], options: Options) => words(options).dayNames(days),

    govuk(component: string, given: unknown, options?: Options) {
      const call = options ?? (given as Options);
      const params = options ? given : {};
      const own = params instanceof Field ? params.paramsFor(component) : (params as object);
      const all = { ...own, ...(call.hash as object) };
      return new Handlebars.SafeString(renderComponent(component, govukParams(all) as Record<string, unknown>));
    },
    field: (name: string, options: Options) => fieldOf(name, options),
    button(text: string, options: Options) {
      const params = { preventDoubleClick: true, ...options.hash, text: words(options).keyOrText(text) };
      return new Handlebars.SafeString(renderComponent('button', govukParams(params) as Record<string, unknown>));
    },
    'form-errors': (errors: readonly FieldError[], options: Options) => formErrors(errors, words(options)),

    csrf(options: Options) {
      const token = Handlebars.escapeExpression(pageOf(options).csrfToken());
      return new Handlebars.SafeString(`<input type="hidden" name="_csrf" value="${token}">`);
    },
    'csrf-token': (options: Options) => pageOf(options).csrfToken(),
    nonce: (options: Options) => pageOf(options).nonce(),
    asset: (name: string, options: Options) => pageOf(options).asset(name),
    url: (path: string, options: Options) => url(pageOf(options).publicUrl, path, options),
    /** Marks the link of the header that leads to this part of the site. */
    current(path: string, options: Options) {
      const here = pageOf(options).path;
      return here === path || here.startsWith(`${path}/`) ? new Handlebars.SafeString(' aria-current="page"') : '';
    },
    tel: (phone: string) => `tel:${phone.replace(/[^\d+]/g, '')}`,
    /** Data for machines (schema.org). It is data, not a script, so the policy needs no nonce for it. */
    'json-ld'(value: unknown) {
      return new Handlebars.SafeString(`<script type="application/ld+json">${scriptSafeJson(value)}</script>`);
    },
    /** JSON for an attribute or element that browser code reads. */
    json: (value: unknown) => JSON.stringify(value ?? null),
    'brand-style'(options: Options) {
      const context = pageOf(options);
      const { css, csp } = brandStyle(context.brand);
      context.allowInline('style', csp);
      return new Handlebars.SafeString(`<style>${css}</style>`);
    },
    'notice-text'(options: Options) {
      const { notice, words: reader } = pageOf(options);
      return notice ? reader.t(notice.key, notice.params) : '';
    },
    'brand-mark': (options: Options) => new Handlebars.SafeString(pageOf(options).brand.mark),
    'browser-ready'(options: Options) {
      pageOf(options).allowInline('script', READY_HASH);
      return new Handlebars.SafeString(`<script>${READY}</script>`);
    },
    say(name: string, value: unknown, options: Options) {
      pageOf(options).said[name] = String(value);
      return '';
    },

    eq: (one: unknown, other: unknown) => one === other,
    not: (value: unknown) => !value || Handlebars.Utils.isEmpty(value),
    and: (...values: unknown[]) => values.slice(0, -1).every((value) => !Handlebars.Utils.isEmpty(value)),
    or: (...values: unknown[]) => values.slice(0, -1).find((value) => !Handlebars.Utils.isEmpty(value)) ?? '',
    includes: (list: unknown, value: unknown) => Array.isArray(list) && list.includes(value),
    /** Texts make a text; pieces of markup, all of them safe, make one piece. */
    concat(...values: unknown[]) {
      const parts = values.slice(0, -1);
      const whole = parts.join('');
      const isSafe = parts.length > 0 && parts.every((part) => part instanceof Handlebars.SafeString);
      return isSafe ? new Handlebars.SafeString(whole) : whole;
    },
    array: (...values: unknown[]) => values.slice(0, -1),
    object: (options: Options) => ({ ...options.hash }) as unknown,
  });

  for (const [helper, component] of Object.entries(FIELDS)) {
    handlebars.registerHelper(helper, (name: string, options: Options) => {
      const params = fieldOf(name, options).paramsFor(component);
      return new Handlebars.SafeString(renderComponent(component, govukParams(params) as Record<string, unknown>));
    });
  }
}

/** Tells the style sheet that scripts run, before the first paint. The same text on every page, hence a hash. */
const READY =
  "document.body.classList.add('js-enabled');" +
  "if('noModule' in HTMLScriptElement.prototype)document.body.classList.add('govuk-frontend-supported')";
const READY_HASH = `'sha256-${createHash('sha256').update(READY).digest('base64')}'`;

function pageOf(options: Options): ViewContext {
  return (options.data as { page: ViewContext }).page;
}

function fieldOf(name: string, options: Options): Field {
  const root = (options.data as { root: { form?: unknown; errors?: readonly FieldError[] } }).root;
  return new Field(name, options.hash as Record<string, unknown>, root, pageOf(options).words);
}

function plain(params: Record<string, unknown>): Record<string, unknown> {
  return mapValues(params, (value) => (value instanceof Handlebars.SafeString ? value.toHTML() : value));
}

/** Numbers stay numbers: `count` chooses the plural form. */
function escaped(params: Record<string, unknown>): Record<string, unknown> {
  return mapValues(params, (value) =>
    typeof value === 'number' ? value : Handlebars.escapeExpression(value as string),
  );
}

function mapValues(object: Record<string, unknown>, change: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}

/** `{{url '/offers' region=slug page=2}}`: a path with its query; empty values are left out; `absolute=true` for mail. */
function url(publicUrl: string, path: string, options: Options): string {
  const { absolute, ...query } = options.hash as Record<string, unknown>;
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const each of [value].flat()) {
      if (typeof each === 'number' || typeof each === 'boolean' || (typeof each === 'string' && each)) {
        search.append(name, String(each));
      }
    }
  }
  const text = search.size ? `${path}?${search.toString()}` : path;
  return absolute ? `${publicUrl}${text}` : text;
}

function scriptSafeJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
