import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second of Linux's process accounting (proc(5)); it is 100 on every platform Node runs on. */
const ticksPerSecond = 100;

/** Processor seconds that a process has used, its threads included. */
export function cpuSeconds(pid: number): number {
  const [, user, system] = statOf(pid) ?? [0, 0, 0, 0, 0];
  return (user + system) / ticksPerSecond;
}

/** The same for a process and all its children, also those that have ended, as PostgreSQL's backends do. */
export function familyCpuSeconds(parent: number): number {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  return pids
    .filter((pid) => pid === parent || statOf(pid)?.[0] === parent)
    .reduce((sum, pid) => sum + cpuSeconds(pid), endedChildrenSeconds(parent));
}

function endedChildrenSeconds(parent: number): number {
  const [, , , user, system] = statOf(parent) ?? [0, 0, 0, 0, 0];
  return (user + system) / ticksPerSecond;
}

/** Parent; user and system ticks of its own, and of children that have ended; null for a process that has gone. */
function statOf(pid: number): [number, number, number, number, number] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold spaces: the numbered fields begin after the last bracket.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return [fields[1], fields[11], fields[12], fields[13], fields[14]].map(Number) as [
      number,
      number,
      number,
      number,
      number,
    ];
  } catch {
    return null;
  }
}
