import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { cleanEnvironment } from './cluster.js';
import type { Place } from './place.js';
import { choosePort } from './port.js';
import { readPostmaster, until } from './processes.js';

/** A server that answers. */
export interface Running {
  pid: number;
  port: number;
}

/** How long a server may take to come up, recovery after a crash included, in milliseconds. */
export const startPatience = 120_000;

const ownFlags = { timezone: 'UTC', log_timezone: 'UTC', jit: 'off', log_min_messages: 'warning' };

/**
 * Starts a server on a port that is free, the one of last time if possible.
 *
 * @param attach asked when the server did not come up: another start may have been quicker
 * @throws Error with PostgreSQL's own reason
 */
export async function launch(
  place: Place,
  binaries: Binaries,
  flags: Record<string, string> | undefined,
  attach: () => Promise<Running | undefined>,
): Promise<Running> {
  const portFile = join(place.server, 'port');
  const tried: number[] = [];
  for (let attempt = 1; attempt <= 3; attempt++) {
    const port = await choosePort(portFile, tried);
    const pid = await launchOn(port, place, binaries, { ...ownFlags, ...flags });
    if (pid) {
      await writeFile(portFile, `${port}\n`);
      return { pid, port };
    }
    const other = await attach();
    if (other) return other;
    tried.push(port);
  }
  const log = await readFile(place.log, 'utf8').catch(() => '');
  const why =
    log
      .split('\n')
      .filter((line) => /FATAL|PANIC/.test(line))
      .pop() ?? 'it gave no reason';
  throw new Error(`PostgreSQL did not start (${why.trim()}). Its log is ${place.log}`);
}

async function launchOn(
  port: number,
  place: Place,
  binaries: Binaries,
  flags: Record<string, string>,
): Promise<number | undefined> {
  await keepLogSmall(place.log);
  const settings = { ...flags, listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' };
  const log = await open(place.log, 'a', 0o600);
  try {
    const child = spawn(
      binaries.postgres,
      ['-D', place.cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      {
        // A session of its own: Ctrl-C in a terminal goes to the launcher, which stops the server last.
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        cwd: place.cluster,
        env: cleanEnvironment,
        ...identity(place),
      },
    );
    let ended = false;
    child.once('exit', () => (ended = true));
    child.once('error', () => (ended = true));
    child.unref();
    const ready = async () => {
      const postmaster = await readPostmaster(place.cluster);
      return postmaster?.pid === child.pid && postmaster?.state === 'ready';
    };
    await until(async () => ended || (await ready()), startPatience);
    return !ended && (await ready()) ? child.pid : undefined;
  } finally {
    await log.close();
  }
}

async function keepLogSmall(log: string): Promise<void> {
  const size = await stat(log).then(
    (file) => file.size,
    () => 0,
  );
  if (size > 5_000_000) await rename(log, `${log}.1`);
}

/** A small process that holds a pipe of ours: when we are gone, killed or not, it asks the server to stop. */
export function guardAgainstOrphans(pid: number, place: Place): ChildProcess {
  const guard = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$0"', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
    env: cleanEnvironment,
    ...identity(place),
  });
  guard.on('error', () => undefined);
  guard.stdin?.on('error', () => undefined);
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return guard;
}

function identity({ account }: Place): { uid?: number; gid?: number } {
  return account ? { uid: account.uid, gid: account.gid } : {};
}
