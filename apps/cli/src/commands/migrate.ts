import { migrate } from '@carers/database';
import { installQueue } from '@carers/jobs';
import { migrations } from '../../../../migrations/index.js';
import type { AddCommands } from '../command.js';
import { connectedSettings } from '../connected-settings.js';

/** `migrate`: brings the database up to date. */
export const addMigrateCommand: AddCommands = (program, { answer }) => {
  program
    .command('migrate')
    .description('bring the database up to date; does nothing where it is')
    .action(async () => {
      const settings = await connectedSettings();
      const { applied } = await migrate(settings.databaseUrl, migrations);
      await installQueue(settings.databaseUrl);
      answer({ applied }, applied.length > 0 ? `Ran ${applied.join(', ')}.` : 'The database is up to date.');
    });
};
