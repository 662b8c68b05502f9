import 'reflect-metadata';
import { Problem } from '@carers/kernel';
import { Translations } from '@carers/pages';
import { SettingsInvalid } from '@carers/settings';
import { NestFactory } from '@nestjs/core';
import { Command, CommanderError } from 'commander';
import { type CommandHelp, CommandRefused } from './command.js';
import { commands } from './commands.js';
import { connectedSettings } from './connected-settings.js';
import { CliModule } from './cli.module.js';

const program = new Command('carers')
  .description('The operator’s commands. They work on the running system, or on DATABASE_URL.')
  .option('--json', 'print the result as JSON')
  .exitOverride()
  .configureHelp({ showGlobalOptions: true });

const help: CommandHelp = {
  async inApp(work) {
    const settings = await connectedSettings();
    const app = await NestFactory.createApplicationContext(CliModule.with(settings), {
      logger: ['fatal', 'warn'],
      // Nest would print what went wrong and end the process: `explain` says it in a sentence.
      abortOnError: false,
    });
    try {
      return await work((service) => app.get(service as never, { strict: false }));
    } finally {
      await app.close();
    }
  },
  answer(json, words) {
    const asJson = program.opts<{ json?: boolean }>().json === true || words === undefined;
    process.stdout.write(`${asJson ? JSON.stringify(json) : words}\n`);
  },
  progress(sentence) {
    process.stderr.write(`${sentence}\n`);
  },
};

for (const add of commands) add(program, help);
for (const command of program.commands)
  command.option('--json', 'print the result as JSON', () => program.setOptionValue('json', true));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** Says on standard error what went wrong, and gives the exit code: 2 for a wrong call, 1 for the rest. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof CommandRefused || error instanceof SettingsInvalid) {
    process.stderr.write(`${error.message}\n`);
  } else if (error instanceof Problem) {
    const words = new Translations().in('en-GB');
    process.stderr.write(`${words.t(`${error.room}:problems.${error.slug}`, error.params)}\n`);
  } else if (isConnectionError(error)) {
    process.stderr.write('The database cannot be reached: check that it runs and that DATABASE_URL is right.\n');
  } else {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
  return 1;
}

function isConnectionError(error: unknown): boolean {
  const codes = ['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', '28P01', '3D000'];
  const { code, errors } = error as { code?: string; errors?: unknown[] };
  return (code !== undefined && codes.includes(code)) || (Array.isArray(errors) && errors.some(isConnectionError));
}
