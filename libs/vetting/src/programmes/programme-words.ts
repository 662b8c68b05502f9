import { catalogueRoot, type Programme } from './programme.js';
import type { LocalText, ProgrammeDocument } from './programme-schema.js';

type Catalogue = { [key: string]: string | Catalogue };

/** The words of a document by language, and the programme with keys in their place. */
export interface TakenApart {
  programme: Programme;
  catalogues: Record<string, Catalogue>;
}

/** Parts a document from its words: a text lies in the catalogue where it lies in the document, a list by its keys. */
export function takeApart(id: string, document: ProgrammeDocument): TakenApart {
  const catalogues: Record<string, Catalogue> = {};
  const walk = (value: unknown, path: string[]): unknown => {
    if (isText(value)) {
      for (const [locale, said] of Object.entries(value)) put((catalogues[locale] ??= {}), path, said);
      return `programmes:${path.join('.')}`;
    }
    if (Array.isArray(value)) return value.map((each, index) => walk(each, [...path, nameOf(each, index)]));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, walk(each, [...path, name])]));
  };
  const programme = Object.assign(walk(document, [catalogueRoot(document)]) as Programme, { id });
  return { programme, catalogues };
}

function isText(value: unknown): value is LocalText {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'en-GB' in value;
}

function nameOf(value: unknown, index: number): string {
  const { key } = (value ?? {}) as { key?: unknown };
  return typeof key === 'string' ? key : String(index);
}

function put(into: Catalogue, path: readonly string[], said: string): void {
  let at = into;
  for (const step of path.slice(0, -1)) at = (at[step] ??= {}) as Catalogue;
  at[path.at(-1)!] = said;
}
