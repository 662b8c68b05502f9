import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A process as it can be recognised later: ids are used again, a start time is not. */
export interface KnownProcess {
  pid: number;
  /** When it started, in the machine's own terms. Compared, never read. */
  started: string;
}

/** @returns undefined when there is no such process, or only its zombie */
export async function knownProcess(pid: number): Promise<KnownProcess | undefined> {
  const started = process.platform === 'linux' ? await startOnLinux(pid) : await startElsewhere(pid);
  return started ? { pid, started } : undefined;
}

async function startOnLinux(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The second field is the program's name in brackets, which may itself hold brackets and spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!stat || fields[0] === 'Z' || fields[0] === 'X') return '';
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '');
  return `${fields[19]} ${boot.trim()}`;
}

async function startElsewhere(pid: number): Promise<string> {
  return run('ps', ['-p', String(pid), '-o', 'lstart=']).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
}

/** Whether this very process still runs. */
export async function isRunning(known: KnownProcess): Promise<boolean> {
  return (await knownProcess(known.pid))?.started === known.started;
}

/** Asks a process to end, waits, and ends it if it does not. Others with the same id are left alone. */
export async function end(known: KnownProcess, patience: number): Promise<void> {
  for (const [name, wait] of [
    ['SIGTERM', patience],
    ['SIGKILL', 5_000],
  ] as const) {
    if (!(await isRunning(known))) return;
    try {
      process.kill(known.pid, name);
    } catch {
      return;
    }
    const until = performance.now() + wait;
    while ((await isRunning(known)) && performance.now() < until) await pause(50);
  }
}
