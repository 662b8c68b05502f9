import { createHash } from 'node:crypto';
import { chmod, mkdir, readFile, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { accountFor, canEnter, type Account } from './account.js';

/** Where one embedded server keeps its things, and as whom it runs. */
export interface Place {
  /** Holds everything below. */
  home: string;
  /** Appears whole or not at all: see `makeServer`. */
  server: string;
  /** PostgreSQL's own data directory. */
  cluster: string;
  log: string;
  /** For a copy of the programs, should the account not reach them in node_modules. */
  cache: string;
  account: Account | undefined;
}

const elsewhereNote = 'postgres-is-in';

/**
 * Chooses where the server lives: in `dataDir`, unless we are root and the account that has to run PostgreSQL cannot
 * get there (a clone in root's own home). Then a place is made that it can reach, and a note in `dataDir` remembers
 * it. Nothing is created here but folders.
 *
 * @throws Error with a sentence for the operator
 */
export async function findPlace(dataDir: string, onProgress: (sentence: string) => void): Promise<Place> {
  const root = resolve(dataDir);
  const note = join(root, elsewhereNote);
  const remembered = (await readFile(note, 'utf8').catch(() => '')).trim();
  if (remembered) return placeIn(remembered, await accountFor(join(remembered, 'server', 'cluster')));

  const home = join(root, 'postgres');
  const account = await accountFor(join(home, 'server', 'cluster'));
  const made = await makeFolder(home);
  if (!account) return placeIn(home, account);

  // Root's umask may be strict; what we have just made we may also open, for walking through and no more.
  await chmod(home, 0o711);
  if (made && (root === made || root.startsWith(`${made}/`))) await chmod(root, 0o711);
  if (await canEnter(account, home)) return placeIn(home, account);

  const reachable = await reachableHome(await realpath(root), account);
  await writeFile(note, `${reachable}\n`);
  onProgress(`The ${account.name} account cannot reach ${root}, so the database is kept in ${reachable}`);
  return placeIn(reachable, account);
}

/** The place as it was chosen before; undefined when no server was ever made for this `dataDir`. */
export async function knownPlace(dataDir: string): Promise<Place | undefined> {
  const root = resolve(dataDir);
  const remembered = (await readFile(join(root, elsewhereNote), 'utf8').catch(() => '')).trim();
  const place = placeIn(remembered || join(root, 'postgres'), undefined);
  const exists = await stat(place.cluster).catch(() => undefined);
  return exists ? { ...place, account: await accountFor(place.cluster) } : undefined;
}

function placeIn(home: string, account: Account | undefined): Place {
  const server = join(home, 'server');
  return {
    home,
    server,
    cluster: join(server, 'cluster'),
    log: join(server, 'postgres.log'),
    cache: dirname(home),
    account,
  };
}

async function makeFolder(folder: string): Promise<string | undefined> {
  return mkdir(folder, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`The data folder ${folder} cannot be made (${error.code}): set DATA_DIR to one that can.`);
  });
}

async function reachableHome(root: string, account: Account): Promise<string> {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 12);
  for (const base of ['/var/lib', '/var/tmp']) {
    const home = join(base, 'carers-card', name);
    const usable = await mkdir(home, { recursive: true })
      .then(async () => {
        // In a folder that everybody may write to, somebody else may have been there first.
        for (const folder of [dirname(home), home]) {
          if ((await stat(folder)).uid !== 0) return false;
          await chmod(folder, 0o711);
        }
        return canEnter(account, home);
      })
      .catch(() => false);
    if (usable) return home;
  }
  throw new Error(
    `The ${account.name} account, which PostgreSQL runs as because root may not, cannot reach ${root}: ` +
      'set DATA_DIR to a folder that it can reach, or set DATABASE_URL.',
  );
}

/** Removes what an interrupted first start left behind. */
export async function removeUnfinished(place: Place): Promise<void> {
  for (const name of await readdir(place.home).catch(() => [])) {
    const owner = /^server\.new-(\d+)$/.exec(name)?.[1];
    if (owner && !isAlive(Number(owner))) await rm(join(place.home, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
