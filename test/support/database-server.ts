import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata';
import { migrate, startEmbeddedPostgres } from '@carers/database';
import { installQueue } from '@carers/jobs';
import { Client } from 'pg';
import { migrations } from '../../migrations/index.js';

const folderName = /^carers-card-test-(\d+)-/;

/** A crash in a test costs nothing, so nothing is flushed. */
const flags = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' };

/**
 * Starts a server in the system's temporary folder, or uses TEST_DATABASE_URL (a role that may create databases and
 * extensions), and prepares the template. Spec files find both through the environment: see `testDatabase`.
 *
 * @returns what closes it all again
 */
export async function openTestServer(): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL;
  const server = given ? { url: given, stop: async () => undefined } : await startServer();
  const template = `carers_test_${process.pid}`;
  try {
    await dropDatabases(server.url, template);
    await query(server.url, `CREATE DATABASE ${template}`);
    await migrate(databaseOn(server.url, template), migrations);
    await installQueue(databaseOn(server.url, template));
  } catch (error) {
    await server.stop();
    throw error;
  }
  process.env.TEST_SERVER_URL = server.url;
  process.env.TEST_TEMPLATE = template;
  return async () => {
    if (given) await dropDatabases(server.url, template);
    await server.stop();
  };
}

async function startServer() {
  await removeLeftovers();
  const dataDir = await mkdtemp(join(tmpdir(), `carers-card-test-${process.pid}-`));
  // As root the server runs under another account, which has to get in.
  await chmod(dataDir, 0o711);
  const server = await startEmbeddedPostgres({ dataDir, flags });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      for (const folder of [server.directory, dataDir]) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Folders of runs that were killed; their servers have ended by themselves. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(folderName.exec(name)?.[1] ?? 0);
    if (pid && !isAlive(pid)) await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function dropDatabases(url: string, prefix: string): Promise<void> {
  const names = await query<{ datname: string }>(
    url,
    `SELECT datname FROM pg_database WHERE datname = '${prefix}' OR starts_with(datname, '${prefix}_')`,
  );
  for (const { datname } of names) await query(url, `DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
}

/** The same server, another database. */
export function databaseOn(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** One statement on a connection of its own. */
export async function query<Row extends object>(url: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}
