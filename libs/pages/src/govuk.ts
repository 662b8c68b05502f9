import { whenUsed } from '@carers/kernel';
import Handlebars from 'handlebars/dist/handlebars.js';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type nunjucks from 'nunjucks';

const require = createRequire(import.meta.url);
const engine = whenUsed<typeof nunjucks>('nunjucks');

/** Constant or already escaped HTML: the only thing that options ending in `html` take as it is. */
export type SafeHtml = Handlebars.SafeString;

/** HTML from a template literal; what is put in is escaped unless it is SafeHtml itself. */
export function safeHtml(strings: TemplateStringsArray, ...values: unknown[]): SafeHtml {
  const text = strings.reduce(
    (html, piece, index) => html + Handlebars.escapeExpression(values[index - 1] as string) + piece,
  );
  return new Handlebars.SafeString(text);
}

let environment: nunjucks.Environment | undefined;
const compiled = new Map<string, nunjucks.Template>();

/**
 * One component of govuk-frontend, rendered by its own Nunjucks macro with its own options (see the design system).
 * Options ending in `html` are raw here: pass only constants or escaped text. Templates go through `govukParams`.
 */
export function renderComponent(name: string, params: Record<string, unknown>): string {
  let template = compiled.get(name);
  if (!template) {
    if (!/^[a-z-]+$/.test(name)) throw new Error(`Not a component: ${name}`);
    const dist = join(dirname(require.resolve('govuk-frontend/package.json')), 'dist');
    const { Environment, FileSystemLoader } = engine();
    environment ??= new Environment(new FileSystemLoader(dist), {
      autoescape: true,
      trimBlocks: true,
      lstripBlocks: true,
    });
    const source = `{%- set params = p -%}{%- include "govuk/components/${name}/template.njk" -%}`;
    template = new (engine().Template)(source, environment, undefined, true);
    compiled.set(name, template);
  }
  return template.render({ p: params }).trim();
}

/**
 * Component options that come from a template or a view model. Text under a key ending in `html` is escaped unless it
 * is SafeHtml, so that a name typed by a person can never become markup by passing through the wrong option.
 */
export function govukParams(value: unknown, key = ''): unknown {
  if (value instanceof Handlebars.SafeString) return new (engine().runtime.SafeString)(value.toHTML());
  if (typeof value === 'string') return /html$/i.test(key) ? Handlebars.escapeExpression(value) : value;
  if (Array.isArray(value)) return value.map((each) => govukParams(each, key));
  if (
    value &&
    typeof value === 'object' &&
    (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)
  ) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, govukParams(each, name)]));
  }
  return value;
}
