import { findEmbeddedPostgres } from '@carers/database';
import { currentEnvironment, dataFolder, readSettings, type Settings } from '@carers/settings';
import { CommandRefused } from './command.js';

/**
 * The settings of the installation that a command works on: the same DATA_DIR or DATABASE_URL as `npm start`.
 *
 * @throws CommandRefused where no database is named and none runs
 */
export async function connectedSettings(env = currentEnvironment()): Promise<Settings> {
  if (env.DATABASE_URL) return readSettings(env);
  const folder = dataFolder(env.DATA_DIR);
  const url = await findEmbeddedPostgres(folder);
  if (!url)
    throw new CommandRefused(`No database runs for ${folder}: run npm start in another window, or set DATABASE_URL.`);
  return readSettings({ ...env, DATABASE_URL: url });
}
