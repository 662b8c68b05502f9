import { findEmbeddedPostgres } from '@carers/database';
import { currentEnvironment, dataFolder, readSettings, type Settings } from '@carers/settings';
import { CommandRefused } from './command.js';
import { runningAddress } from './start/lock.js';

/**
 * The settings of the installation that a command works on: the same DATA_DIR or DATABASE_URL as `npm start`. Addresses
 * that a command prints are those of the running system, also where it was started with another PORT than the default.
 *
 * @throws CommandRefused where no database is named and none runs
 */
export async function connectedSettings(given = currentEnvironment()): Promise<Settings> {
  const folder = dataFolder(given.DATA_DIR);
  const told = [given.PUBLIC_URL, given.PORT].some((value) => value?.trim());
  const address = told || given.NODE_ENV === 'production' ? undefined : await runningAddress(folder);
  const env = address ? { ...given, PUBLIC_URL: address } : given;
  if (env.DATABASE_URL?.trim()) return readSettings(env);
  const url = await findEmbeddedPostgres(folder);
  if (!url)
    throw new CommandRefused(`No database runs for ${folder}: run npm start in another window, or set DATABASE_URL.`);
  return readSettings({ ...env, DATABASE_URL: url });
}
