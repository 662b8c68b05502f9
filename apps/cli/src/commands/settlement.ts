import { Businesses } from '@carers/businesses';
import { type Column, columns, type SettlementOptions, Settlements, type UnmatchedLine } from '@carers/chains';
import { Database } from '@carers/database';
import { isUuid } from '@carers/kernel';
import { Translations } from '@carers/pages';
import { stringify } from 'csv-stringify';
import { InvalidArgumentError } from 'commander';
import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { basename } from 'node:path';
import { finished } from 'node:stream/promises';
import { type AddCommands, CommandRefused } from '../command.js';
import { checkReadable } from './import.js';

interface Options {
  dryRun?: boolean;
  amounts?: 'pounds' | 'pence';
  column?: Partial<Record<Column, string>>;
  unmatched?: string;
}

/** `import:settlement`: counts the uses that a chain's own tills tell of. */
export const addSettlementCommand: AddCommands = (program, { answer, inApp, progress }) => {
  program
    .command('import:settlement')
    .argument('<business>', 'slug or id of the chain')
    .argument('<file>', 'a CSV file with its headings in the first row')
    .option('--dry-run', 'say what would happen and count nothing')
    .option('--amounts <unit>', 'what amounts are in, where the file does not say: pounds or pence', unit)
    .option('--column <name=heading>', `heading of a column (${columns.join(', ')}); may be repeated`, addColumn)
    .option('--unmatched <file>', 'where to list lines that do not match (default: <file>.unmatched.csv)')
    .description('count the uses that a chain’s own settlement file tells of')
    .addHelpText('after', '\nRunning it again counts nothing twice.')
    .action(async (business: string, file: string, options: Options) => {
      await checkReadable(file);
      const path = options.unmatched ?? `${file}.unmatched.csv`;
      const { report } = await inApp(async (get) => {
        const id = await idOf(get(Database), business);
        await get(Businesses).get(id);
        const list = unmatchedList(path, get(Translations));
        const reading: SettlementOptions = {
          dryRun: options.dryRun ?? false,
          onUnmatched: list.add,
          onProgress: (lines) => progress(`${lines} lines read`),
          ...(options.amounts && { amounts: options.amounts }),
          ...(options.column && { columns: options.column }),
        };
        const actor = { kind: 'system', id: 'import:settlement' } as const;
        const done = await get(Settlements).read(id, basename(file), createReadStream(file), actor, reading);
        await list.close();
        return done;
      });
      const { lines, counted, already, takenBack, unmatched } = report;
      const verb = options.dryRun ? 'would be counted' : 'counted';
      answer(
        { ...report, dryRun: options.dryRun ?? false, unmatchedFile: unmatched > 0 ? path : null },
        `${lines} lines: ${counted} uses ${verb}, ${already} were counted before, ${takenBack} taken back by refunds, ` +
          (unmatched > 0 ? `${unmatched} did not match: see ${path}` : 'every line matched'),
      );
    });
};

/** @throws CommandRefused */
async function idOf(database: Database, business: string): Promise<string> {
  if (isUuid(business)) return business.toLowerCase();
  const [found] = await database.query<{ id: string }>('SELECT id FROM business WHERE slug = $1', [business]);
  if (!found) throw new CommandRefused(`There is no business ${business}.`);
  return found.id;
}

function unit(given: string): string {
  if (given !== 'pounds' && given !== 'pence') throw new InvalidArgumentError('It is pounds or pence.');
  return given;
}

function addColumn(given: string, before: Partial<Record<Column, string>> = {}): Partial<Record<Column, string>> {
  const [name = '', ...heading] = given.split('=');
  if (!(columns as readonly string[]).includes(name) || heading.length === 0) {
    throw new InvalidArgumentError(`Write it as name=heading, with one of ${columns.join(', ')}.`);
  }
  return { ...before, [name]: heading.join('=') };
}

/** Writes lines that did not match as CSV, made when the first one comes. A spreadsheet must not run what stands in a cell. */
function unmatchedList(path: string, translations: Translations) {
  const words = translations.in('en-GB');
  const names = ['line', 'reason', 'code', 'store', 'at', 'amount', 'reference'];
  let csv: ReturnType<typeof stringify> | null = null;
  let written: Promise<void> | null = null;
  return {
    async add({ line, reason, cells }: UnmatchedLine): Promise<void> {
      if (!csv) {
        csv = stringify({ header: true, columns: names, escape_formulas: true });
        const out = createWriteStream(path);
        written = finished(out);
        csv.pipe(out);
      }
      const row = { line, ...cells, reason: words.t(`chains:reasons.${reason}`) };
      if (!csv.write(row)) await once(csv, 'drain');
    },
    async close(): Promise<void> {
      csv?.end();
      await written;
    },
  };
}
