import { BusinessImport, type BadRow } from '@carers/businesses';
import { Translations } from '@carers/pages';
import { stringify } from 'csv-stringify';
import { constants, createReadStream, createWriteStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { type AddCommands, CommandRefused } from '../command.js';

/** `import:businesses`: takes businesses and their places in from a CSV file. */
export const addImportCommands: AddCommands = (program, { answer, inApp, progress }) => {
  program
    .command('import:businesses')
    .argument('<file>', 'a CSV file; docs/import-businesses.md says which columns')
    .option('--dry-run', 'say what would happen and change nothing')
    .option('--rejects <file>', 'where to list rows that cannot go in (default: <file>.rejects.csv)')
    .description('take businesses and their places in from a CSV file')
    .addHelpText('after', '\nRunning it again adds nothing twice. New businesses wait in the staff’s queue.')
    .action(async (file: string, options: { dryRun?: boolean; rejects?: string }) => {
      await checkReadable(file);
      const rejects = options.rejects ?? `${file}.rejects.csv`;
      const result = await inApp(async (get) => {
        const list = rejectList(rejects, get(Translations));
        const report = await get(BusinessImport).run(
          createReadStream(file),
          { kind: 'system', id: 'import:businesses' },
          {
            dryRun: options.dryRun ?? false,
            onBad: list.add,
            onProgress: (rows) => progress(`${rows} rows read`),
          },
        );
        await list.close();
        return report;
      });
      const { rows, businesses, branches, already, bad } = result;
      const done = options.dryRun ? 'would be added' : 'added';
      answer(
        { ...result, dryRun: options.dryRun ?? false, rejects: bad > 0 ? rejects : null },
        `${rows} rows: ${businesses} businesses and ${branches} places ${done}, ${already} places were there already, ` +
          (bad > 0 ? `${bad} rows were refused: see ${rejects}` : 'no row was refused'),
      );
    });
};

/** @throws CommandRefused for what is not there, not a file, or not for us to read */
export async function checkReadable(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (!found) throw new CommandRefused(`There is no file ${path}.`);
  if (found.isDirectory()) throw new CommandRefused(`${path} is a folder: name a CSV file.`);
  await access(path, constants.R_OK).catch(() => {
    throw new CommandRefused(`The file ${path} may not be read by this user.`);
  });
}

/** Writes refused rows as CSV, made when the first one comes. A spreadsheet must not run what stands in a cell. */
function rejectList(path: string, translations: Translations) {
  const words = translations.in('en-GB');
  let csv: ReturnType<typeof stringify> | null = null;
  let written: Promise<void> | null = null;
  return {
    async add({ line, name, reasons }: BadRow): Promise<void> {
      if (!csv) {
        csv = stringify({ header: true, columns: ['line', 'name', 'reason'], escape_formulas: true });
        const out = createWriteStream(path);
        written = finished(out);
        csv.pipe(out);
      }
      const sentences = reasons.map(({ message, params }) => words.keyOrText(message, params));
      if (!csv.write({ line, name, reason: sentences.join('. ') })) await once(csv, 'drain');
    },
    async close(): Promise<void> {
      csv?.end();
      await written;
    },
  };
}
