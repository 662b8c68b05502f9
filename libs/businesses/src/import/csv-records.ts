import { whenUsed } from '@carers/kernel';
import type { TextLine } from './text-lines.js';

const parser = whenUsed<typeof import('csv-parse/sync')>('csv-parse/sync');

/** One row: its cells, or null when its quotes make no sense. */
export interface CsvRecord {
  /** Number of the line on which it begins. */
  line: number;
  cells: string[] | null;
}

/** A cell may run over this many lines. After that its quote was forgotten, and only its own row is lost. */
const MOST_LINES = 30;

/** The rows of a CSV file (RFC 4180, with the liberties that real files take). Empty lines are passed over. */
export async function* csvRecords(lines: AsyncIterable<TextLine>): AsyncGenerator<CsvRecord> {
  let delimiter: string | null = null;
  let held: TextLine[] = [];
  for await (const line of lines) {
    delimiter ??= delimiterOf(line.text);
    held.push(line);
    held = yield* complete(held, delimiter, MOST_LINES);
  }
  // At the end nothing more can close a quote.
  while (held.length > 0) held = yield* complete(held, delimiter ?? ',', 1);
}

/** Gives the rows at the head of what is held; what may still go on comes back. */
function* complete(held: TextLine[], delimiter: string, most: number): Generator<CsvRecord, TextLine[]> {
  while (held.length > 0) {
    const length = lengthOfFirst(held, delimiter);
    if (length === null && held.length < most) return held;
    const taken = held.slice(0, length ?? 1);
    held = held.slice(taken.length);
    const text = taken.map((line) => line.text).join('\n');
    if (text.trim()) yield { line: taken[0]!.number, cells: cellsOf(text, delimiter) };
  }
  return held;
}

/** How many lines the first row takes; null while one of its quotes is open. */
function lengthOfFirst(lines: readonly TextLine[], delimiter: string): number | null {
  let quoted = false;
  let atStart = true;
  for (const [index, { text }] of lines.entries()) {
    for (let at = 0; at < text.length; at++) {
      const sign = text[at];
      if (quoted) {
        if (sign !== '"') continue;
        const next = text[at + 1];
        if (next === '"') at++;
        else if (next === undefined || next === delimiter) quoted = false;
        // In the first line it belongs to the text; further down it begins a cell of a row after a forgotten quote.
        else if (index > 0) return 1;
      } else if (sign === '"' && atStart) quoted = true;
      atStart = !quoted && sign === delimiter;
    }
    if (!quoted) return index + 1;
  }
  return null;
}

function cellsOf(text: string, delimiter: string): string[] | null {
  // Most rows have no quote at all, and the parser costs more than the rest of a row's way together.
  if (!text.includes('"')) return text.split(delimiter);
  try {
    const [cells] = parser().parse(text, {
      delimiter,
      relax_quotes: true,
      relax_column_count: true,
      bom: false,
    }) as string[][];
    return cells ?? null;
  } catch {
    return null;
  }
}

/** What separates the headings: spreadsheets in some languages write semicolons. */
function delimiterOf(head: string): string {
  const counts = [',', ';', '\t'].map((sign) => ({ sign, count: head.split(sign).length }));
  return counts.reduce((best, one) => (one.count > best.count ? one : best)).sign;
}
