import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second of Linux's process accounting (proc(5)); it is 100 on every platform Node runs on. */
const ticksPerSecond = 100;

/** Processor seconds that a process has used, its threads included. */
export function cpuSeconds(pid: number): number {
  const [, user, system] = statOf(pid) ?? [0, 0, 0];
  return (user + system) / ticksPerSecond;
}

/** The same for a process and all its children that run now, as PostgreSQL's backends. */
export function familyCpuSeconds(parent: number): number {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids
    .filter((pid) => pid === parent || statOf(pid)?.[0] === parent)
    .reduce((sum, pid) => sum + cpuSeconds(pid), 0);
}

/** Parent, user ticks, system ticks; null for a process that has gone. */
function statOf(pid: number): [number, number, number] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold spaces: the numbered fields begin after the last bracket.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [Number(fields[1]), Number(fields[11]), Number(fields[12])];
  } catch {
    return null;
  }
}
