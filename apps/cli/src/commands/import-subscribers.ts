import { createReadStream, createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import {
  importColumnOf,
  ImportCheck,
  ImportErrors,
  ImportRun,
  Imports,
  type Mapping,
  missingOf,
} from '@carers/information-service';
import { Translations } from '@carers/pages';
import { SchemeService } from '@carers/places';
import { type AddCommands, CommandRefused } from '../command.js';
import { checkReadable } from './import.js';

interface Options {
  service: string;
  map: string[];
  wording?: string;
  kept?: string;
  dryRun?: boolean;
  rejects?: string;
}

const actor = { kind: 'system', id: 'import:subscribers' } as const;

/** `import:subscribers`: takes a list of carers in for a carers service, by the same steps as its page. */
export const addSubscriberImport: AddCommands = (program, { answer, inApp, progress }) => {
  program
    .command('import:subscribers')
    .argument('<file>', 'a CSV file with headings; docs/import-subscribers.md says which columns')
    .requiredOption('--service <slug>', 'the carers service whose list it is')
    .option('--map <column=heading>', 'which heading holds a column, where it is not guessed', collect, [])
    .option('--wording <words>', 'the words that people agreed to; without proof nobody has agreed to anything')
    .option('--kept <place>', 'where the proof of consent is kept')
    .option('--dry-run', 'say what would happen and register nobody')
    .option('--rejects <file>', 'where to list rows that stay out (default: <file>.rejects.csv)')
    .description('take a list of carers who want no card in from a CSV file')
    .addHelpText('after', '\nRunning it again registers nobody twice. Rows that may be somebody known stay out.')
    .action(async (file: string, options: Options) => {
      await checkReadable(file);
      if (Boolean(options.wording) !== Boolean(options.kept)) {
        throw new CommandRefused('Give --wording and --kept together: a consent needs both.');
      }
      const rejects = options.rejects ?? `${file}.rejects.csv`;
      const result = await inApp(async (get) => {
        const { carersServices } = await get(SchemeService).current();
        const service = carersServices.find(({ slug }) => slug === options.service);
        if (!service) {
          const slugs = carersServices.map(({ slug }) => slug).join(', ');
          throw new CommandRefused(`There is no carers service ${options.service}. There are: ${slugs}.`);
        }
        const imports = get(Imports);
        const about = { fileName: basename(file), carersServiceId: service.id };
        const { id } = await imports.upload(createReadStream(file), about, actor);
        const list = await imports.one(id, null);
        progress(`${list.rowCount} rows read`);
        const mapping = mapped(await imports.mappingOf(list), options.map, list.headings);
        const proof = options.wording && options.kept ? { wording: options.wording, kept: options.kept } : null;
        await imports.check(id, mapping, proof, actor);
        await get(ImportCheck).run(id);
        const checked = await imports.counts(id);
        progress('checked');
        const { bad, repeated, doubtful } = checked;
        if (bad + repeated + doubtful > 0) {
          const words = get(Translations).in('en-GB');
          const csv = await get(ImportErrors).csv(await imports.one(id, null), words, actor);
          await pipeline(csv, createWriteStream(rejects, { mode: 0o600 }));
        }
        if (options.dryRun) {
          await imports.drop(id, actor);
          return { id, rows: list.rowCount, mapping, ...checked };
        }
        await imports.commit(id, actor);
        while ((await imports.one(id, null)).state === 'running') await get(ImportRun).run(id);
        return { id, rows: list.rowCount, mapping, ...(await imports.counts(id)) };
      });
      const out = result.bad + result.repeated + result.doubtful + result.skipped;
      const said = options.dryRun
        ? `${result.ready} people would be registered, ${result.known} are known already`
        : `${result.registered} people registered, ${result.already} were on the list already`;
      answer(
        { ...result, dryRun: options.dryRun ?? false, rejects: out > 0 ? rejects : null },
        `${result.rows} rows: ${said}, ` + (out > 0 ? `${out} rows stay out: see ${rejects}` : 'no row stays out'),
      );
    });
};

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

/** @throws CommandRefused for a column or a heading that there is not, or when a needed one is missing */
function mapped(guessed: Mapping, chosen: readonly string[], headings: readonly string[]): Mapping {
  const mapping = { ...guessed };
  for (const pair of chosen) {
    const [name = '', heading = ''] = pair.split(/=(.*)/s);
    const column = importColumnOf(name);
    const at = headings.indexOf(heading);
    if (!column) throw new CommandRefused(`There is no column ${name}; docs/import-subscribers.md lists them.`);
    if (at < 0) throw new CommandRefused(`The file has no heading “${heading}”.`);
    mapping[column] = at;
  }
  const missing = missingOf(mapping);
  if (missing.length > 0) {
    throw new CommandRefused(`Say which headings hold ${missing.join(', ')}: --map ${missing[0]}="Heading".`);
  }
  return mapping;
}
