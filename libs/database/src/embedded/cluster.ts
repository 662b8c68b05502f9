import { execFile } from 'node:child_process';
import { chown, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SystemChance } from '@carers/kernel';
import { Client } from 'pg';
import { ownDirectory } from './account.js';
import type { Binaries } from './binaries.js';
import { removeUnfinished, type Place } from './place.js';

const run = promisify(execFile);

/** The name of the database and of the role that owns it. The role is no superuser. */
export const databaseName = 'carers_card';
const superuser = 'postgres';

/** Only some of these may be created by a database's owner, so the superuser puts all into the template. */
const extensions = ['pg_trgm', 'unaccent', 'citext', 'cube', 'earthdistance', 'btree_gist'];

/** What PostgreSQL's programs may know of our environment: nothing that changes sorting, time or language. */
export const cleanEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** The passwords of one server. */
export interface Passwords {
  superuser: string;
  owner: string;
}

/**
 * Makes a data directory with its passwords beside it, once. It is made under another name and then renamed, so a
 * first start that is killed leaves no half of a server, and of two first starts one wins.
 */
export async function makeServer(place: Place, binaries: Binaries, durable: boolean): Promise<'made' | 'there'> {
  if (await stat(place.cluster).catch(() => undefined)) return 'there';
  await removeUnfinished(place);
  const chance = new SystemChance();
  const passwords: Passwords = { superuser: chance.token(), owner: chance.token() };
  const { account } = place;
  const unfinished = join(place.home, `server.new-${process.pid}`);
  const cluster = join(unfinished, 'cluster');
  const passwordFile = join(unfinished, 'first-password');
  try {
    await rm(unfinished, { recursive: true, force: true });
    await ownDirectory(unfinished, account);
    await ownDirectory(cluster, account);
    await writeFile(passwordFile, passwords.superuser, { mode: 0o600 });
    if (account) await chown(passwordFile, account.uid, account.gid);
    await run(
      binaries.initdb,
      [
        `--pgdata=${cluster}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--data-checksums',
        ...(durable ? [] : ['--no-sync']),
      ],
      { cwd: unfinished, env: cleanEnvironment, ...(account ? { uid: account.uid, gid: account.gid } : {}) },
    );
    await rm(passwordFile);
    await writeFile(join(unfinished, 'passwords.json'), JSON.stringify(passwords), { mode: 0o600 });
    await rename(unfinished, place.server);
    return 'made';
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (await stat(place.cluster).catch(() => undefined)) return 'there';
    const { stderr, message } = error as { stderr?: string; message: string };
    const why = (stderr || message).trim().split('\n').filter(Boolean).pop();
    throw new Error(`The database could not be created in ${place.home} (${why}).`, { cause: error });
  }
}

/** @throws Error with a sentence when the file is missing or damaged: without it nobody can open the database. */
export async function readPasswords(place: Place): Promise<Passwords> {
  const file = join(place.server, 'passwords.json');
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Passwords;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`The database passwords in ${file} cannot be read (${code ?? 'not JSON'}).`, { cause: error });
  }
}

/** The address of the application's database on a server that runs on this port. */
export function databaseUrl(port: number, passwords: Passwords): string {
  return `postgres://${databaseName}:${passwords.owner}@127.0.0.1:${port}/${databaseName}`;
}

/** Makes the role and the database where they are missing. Safe to repeat, and at the same time as another start. */
export async function prepareDatabase(port: number, passwords: Passwords): Promise<void> {
  await asSuperuser(port, passwords, 'postgres', async (client) => {
    // Ends with the connection.
    await client.query(`SELECT pg_advisory_lock(hashtext('carers-card prepare'))`);
    const { rows } = await client.query<{ role: boolean; database: boolean }>(
      `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1) AS role,
              EXISTS (SELECT FROM pg_database WHERE datname = $1) AS database`,
      [databaseName],
    );
    const have = rows[0];
    if (have?.role && have.database) return;
    await asSuperuser(port, passwords, 'template1', async (template) => {
      for (const name of extensions) await template.query(`CREATE EXTENSION IF NOT EXISTS ${name}`);
    });
    // The password is base64url, so it needs no quoting; CREATE ROLE takes no parameters.
    if (!have?.role) await client.query(`CREATE ROLE ${databaseName} LOGIN CREATEDB PASSWORD '${passwords.owner}'`);
    if (!have?.database) await client.query(`CREATE DATABASE ${databaseName} OWNER ${databaseName}`);
  });
}

async function asSuperuser<T>(
  port: number,
  passwords: Passwords,
  database: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    database,
    user: superuser,
    password: passwords.superuser,
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
