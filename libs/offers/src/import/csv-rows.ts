import { createReadStream } from 'node:fs';
import { type CsvError, parse } from 'csv-parse';

/** One record of the file: its cells by column, and the line of the file on which it begins. */
export interface CsvRow {
  line: number;
  cells: Readonly<Record<string, string>>;
  /** What is wrong with the record as a whole, as a catalogue key; its cells may then be of no use. */
  problem: string | null;
}

/** The file cannot be read as a table of businesses. `key` is a catalogue key. */
export class CsvNotReadable extends Error {
  override name = 'CsvNotReadable';

  constructor(
    readonly key: string,
    readonly params: Record<string, string> = {},
  ) {
    super(key);
  }
}

/** A record longer than this is an unclosed quotation mark, not a business. Bytes. */
const longestRecord = 50_000;
const utf8 = new TextDecoder('utf-8', { fatal: true });
const windows1252 = new TextDecoder('windows-1252');

interface Info {
  record: string[];
  info: { lines: number; bytes: number };
}

/**
 * Reads a CSV file row by row, however large, at the reader's pace. Forgives a byte order mark, CRLF, line ends inside
 * quotes, blank lines, semicolons or tabs between cells, and cells in Windows-1252 (Latin-1) among UTF-8 ones.
 * @param known the columns there are; others are passed over
 * @throws CsvNotReadable when there is no such file, or its first line names none of the required columns
 */
export async function* csvRows(path: string, known: readonly string[], required: readonly string[]): AsyncGenerator<CsvRow> {
  const refused: { line: number; code: string }[] = [];
  const parser = parse({
    // Bytes as they are: which encoding they are in is decided cell by cell.
    encoding: 'latin1',
    delimiter: [',', ';', '\t'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: longestRecord,
    info: true,
    on_skip: (error: CsvError | undefined) => {
      refused.push({ line: Number(error?.['lines'] ?? 0), code: error?.code ?? '' });
      return undefined;
    },
  });
  const source = createReadStream(path);
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);

  let columns: string[] | null = null;
  let previous = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<Info>) {
      for (const { line } of refused.splice(0)) yield { line, cells: {}, problem: 'offers:import.broken-quotes' };
      // The parser counts the lines it has read when the record ends; the record began after the one before it.
      const line = previous + 1;
      previous = info.lines;
      const cells = record.map(decoded);
      if (!columns) {
        columns = headerOf(cells, known, required);
        continue;
      }
      if (cells.every((cell) => cell.trim() === '')) continue;
      yield { line, cells: named(columns, cells), problem: raggedness(columns, cells) };
    }
    for (const { line } of refused.splice(0)) yield { line, cells: {}, problem: 'offers:import.broken-quotes' };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'EACCES') throw new CsvNotReadable('offers:import.no-file', { path });
    throw error;
  } finally {
    source.destroy();
  }
  if (!columns) throw new CsvNotReadable('offers:import.empty-file', { path });
}

function headerOf(cells: string[], known: readonly string[], required: readonly string[]): string[] {
  const columns = cells.map((cell) => cell.replace(/^\uFEFF/, '').trim().toLowerCase().replace(/[\s-]+/g, '_'));
  const missing = required.filter((name) => !columns.includes(name));
  if (missing.length > 0) throw new CsvNotReadable('offers:import.missing-columns', { columns: missing.join(', ') });
  const twice = columns.find((name, index) => known.includes(name) && columns.indexOf(name) !== index);
  if (twice) throw new CsvNotReadable('offers:import.column-twice', { column: twice });
  return columns;
}

function named(columns: string[], cells: string[]): Record<string, string> {
  return Object.fromEntries(columns.map((column, index) => [column, (cells[index] ?? '').trim()]));
}

/** Too few cells are blanks at the end; cells beyond the last column mean that a comma went astray. */
function raggedness(columns: string[], cells: string[]): string | null {
  const beyond = cells.slice(columns.length).some((cell) => cell.trim() !== '');
  return beyond ? 'offers:import.too-many-cells' : null;
}

function decoded(cell: string): string {
  // eslint-disable-next-line no-control-regex -- plain ASCII is what most cells are, and needs no decoding
  if (/^[\x00-\x7f]*$/.test(cell)) return cell;
  const bytes = Buffer.from(cell, 'latin1');
  try {
    return utf8.decode(bytes);
  } catch {
    return windows1252.decode(bytes);
  }
}
