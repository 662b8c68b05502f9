import { ProgrammeFileFaulty, Programmes, ProgrammeVersionTaken } from '@carers/vetting';
import { Translations } from '@carers/pages';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { type AddCommands, CommandRefused } from '../command.js';
import { checkReadable } from './import.js';

/** `programmes:import` and `programmes:list`: the vetting programmes, version by version. */
export const addProgrammeCommands: AddCommands = (program, { answer, inApp }) => {
  program
    .command('programmes:import')
    .argument('<file>', 'a programme as JSON; libs/vetting/README.md says how it is made up')
    .option('--dry-run', 'check the file and change nothing')
    .description('add a version of a vetting programme')
    .addHelpText('after', '\nCases that have begun keep the version they began with. A version is never changed.')
    .action(async (file: string, options: { dryRun?: boolean }) => {
      await checkReadable(file);
      const json = await readFile(file, 'utf8');
      const dryRun = options.dryRun ?? false;
      const done = await inApp(async (get) => {
        try {
          const actor = { kind: 'system', id: 'programmes:import' } as const;
          return await get(Programmes).import(parsed(json, file), { file: basename(file), dryRun, actor });
        } catch (error) {
          if (error instanceof ProgrammeFileFaulty) throw new CommandRefused(error.message);
          if (!(error instanceof ProgrammeVersionTaken)) throw error;
          const words = get(Translations).in('en-GB');
          throw new CommandRefused(words.t('vetting:problems.programme-version-taken', error.params));
        }
      });
      const { slug, version, added } = done;
      const what = added ? (dryRun ? 'would be added' : 'was added') : 'is there already';
      answer({ slug, version, added, dryRun }, `Version ${version} of ${slug} ${what}.`);
    });

  program
    .command('programmes:list')
    .description('list the versions of the vetting programmes')
    .action(async () => {
      const lines = await inApp(async (get) =>
        (await get(Programmes).all()).map(({ slug, version, inForceFrom, checks, fees }) => ({
          ...{ slug, version, inForceFrom, checks: checks.length },
          feeLists: fees.length,
        })),
      );
      const words = lines.map(
        ({ slug, version, inForceFrom, checks }) =>
          `${slug} ${version}, in force from ${inForceFrom}, ${checks} checks`,
      );
      answer(lines, words.join('\n'));
    });
};

/** @throws CommandRefused */
function parsed(json: string, file: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new CommandRefused(`${file} is not JSON: ${(error as Error).message}.`);
  }
}
