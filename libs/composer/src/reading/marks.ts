import type { Inline } from '../document.js';
import type { Remark } from '../faults.js';
import { didYouMean, standardFields, type FieldName } from '../merge-fields.js';

/** A field on its way through the Markdown reader: three characters of Unicode's private area, which nobody types. */
const opens = '\ue000';
const closes = '\ue001';
const firstOf = 0xe100;
const mark = /\ue000([\ue100-\uf8ff])\ue001/g;

/** A text whose fields are marks that Markdown takes for letters. */
export interface Marked {
  text: string;
  fields: readonly FieldName[];
  faults: Remark[];
}

/**
 * Puts a mark in the place of each `{{field}}`, before Markdown is read: an underscore in a name must not become
 * emphasis, and a value that is put in after reading can never become Markdown.
 */
export function markFields(source: string, extra: readonly FieldName[] = [], startLine = 1): Marked {
  const known = [...standardFields, ...extra];
  const fields: FieldName[] = [];
  const faults: Remark[] = [];
  const text = source
    .split('\n')
    .map((line, index) => {
      const at = startLine && startLine + index;
      const plain = line.replace(/[\ue000-\uf8ff\ufff0-\ufffd]/g, () => {
        faults.push({ line: at, key: 'composer:faults.unreadable-character' });
        return '';
      });
      const marked = plain.replace(/\{\{([^{}]{0,60})\}\}/g, (whole, typed: string) => {
        const name = typed.trim();
        if (!known.includes(name)) {
          faults.push(unknown(name, known, at));
          return whole.replace(/[{}]/g, '');
        }
        const seen = fields.indexOf(name);
        const number = seen < 0 ? fields.push(name) - 1 : seen;
        return opens + String.fromCharCode(firstOf + number) + closes;
      });
      // One bracket too few is the commonest misspelling, and would be printed as it stands.
      const alone = /\{\{|\}\}/.exec(marked);
      if (alone) faults.push({ line: at, key: 'composer:faults.field-unfinished' });
      for (const [, typed = ''] of marked.matchAll(/(?<![:\w])[{[<]\s*([\p{L}_ -]{2,30})\s*[}\]>](?!\()/gu)) {
        const meant = didYouMean(typed, known);
        const sure = meant !== null && typed.replace(/[\s_-]/g, '').toLowerCase() !== 'name';
        if (!alone && sure && marked.includes(`{${typed}`)) faults.push(unknown(typed, known, at));
      }
      return marked;
    })
    .join('\n');
  return { text, fields, faults };
}

function unknown(typed: string, known: readonly FieldName[], line: number | null): Remark {
  const meant = didYouMean(typed, known);
  return meant === null
    ? { line, key: 'composer:faults.field-unknown', params: { typed: typed || '{{}}', known: known.join(', ') } }
    : { line, key: 'composer:faults.field-misspelt', params: { typed, meant } };
}

/** A text with marks, as text and fields. */
export function inlinesOf(text: string, fields: readonly FieldName[]): Inline[] {
  const inlines: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(mark)) {
    if (match.index > from) inlines.push({ type: 'text', text: text.slice(from, match.index) });
    inlines.push({ type: 'field', name: fields[match[1]!.charCodeAt(0) - firstOf]! });
    from = match.index + match[0].length;
  }
  if (from < text.length) inlines.push({ type: 'text', text: text.slice(from) });
  return inlines;
}

/** The field that a text is a mark of and nothing else; null for every other text. */
export function onlyField(text: string, fields: readonly FieldName[]): FieldName | null {
  const inlines = inlinesOf(decoded(text), fields);
  return inlines.length === 1 && inlines[0]!.type === 'field' ? inlines[0]!.name : null;
}

export function hasMark(text: string): boolean {
  return decoded(text).includes(opens);
}

/** Markdown writes the marks of an address as percent signs. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
