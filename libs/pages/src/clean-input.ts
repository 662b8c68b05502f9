import { UnreadableText } from './pages.problems.js';

/** Deepest and largest input that is looked at; anything beyond is refused as unreadable. */
const MOST_DEPTH = 24;
const MOST_VALUES = 100_000;

/** Throws `UnreadableText` when any text in a query, path or body holds a NUL or half of a surrogate pair. */
export function checkReadable(...inputs: unknown[]): void {
  const budget = { values: MOST_VALUES };
  for (const input of inputs) check(input, [], budget);
}

function check(value: unknown, path: readonly string[], budget: { values: number }): void {
  if (typeof value === 'string') {
    if (!isReadable(value)) throw new UnreadableText(path.join('.'));
    return;
  }
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  if (path.length >= MOST_DEPTH) throw new UnreadableText('');
  for (const [name, each] of Object.entries(value)) {
    if (--budget.values < 0) throw new UnreadableText('');
    if (!isReadable(name)) throw new UnreadableText(path.join('.'));
    check(each, [...path, name], budget);
  }
}

function isReadable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
