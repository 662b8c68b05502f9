import { execFile } from 'node:child_process';
import { readFile, readdir, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What `postmaster.pid` says of the server that wrote it. */
export interface Postmaster {
  pid: number;
  directory: string;
  port: number;
  /** 'starting', 'ready', 'stopping' or 'standby'. */
  state: string;
}

/** Reads the lock file that PostgreSQL keeps in its data directory; undefined when there is none. */
export async function readPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, directory: lines[1] ?? '', port: Number(lines[3]), state: lines[7] ?? 'starting' };
}

/**
 * The processes of the PostgreSQL that runs on this data directory, orphans included. A process id alone proves
 * nothing (ids are reused, and a dead process may linger as a zombie), so on Linux the working directory is asked:
 * all of PostgreSQL's processes stay in their data directory.
 */
export async function serverProcesses(cluster: string): Promise<number[]> {
  const home = await realpath(cluster).catch(() => cluster);
  if (process.platform !== 'linux') return serverProcessesByName(cluster);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => ((await readlink(`/proc/${pid}/cwd`).catch(() => '')) === home ? pid : 0)),
  );
  return found.filter((pid) => pid > 0 && pid !== process.pid);
}

/** Whether this process is alive and is PostgreSQL on this data directory; a zombie is not. */
export async function isServer(pid: number, cluster: string): Promise<boolean> {
  if (process.platform !== 'linux') return (await serverProcessesByName(cluster)).includes(pid);
  const home = await realpath(cluster).catch(() => cluster);
  return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === home;
}

async function serverProcessesByName(cluster: string): Promise<number[]> {
  const postmaster = await readPostmaster(cluster);
  if (!postmaster) return [];
  const { stdout } = await run('ps', ['-p', String(postmaster.pid), '-o', 'command=']).catch(() => ({ stdout: '' }));
  return stdout.includes('postgres') ? [postmaster.pid] : [];
}

/** Asks again and again until the answer is yes. Resolves to false when the time is over. */
export async function until(done: () => boolean | Promise<boolean>, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (!(await done())) {
    if (performance.now() > end) return false;
    await pause(40);
  }
  return true;
}

/** Sends a signal; a process that is gone already is no fault. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
