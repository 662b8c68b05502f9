import { readFileSync } from 'node:fs';

/** Memory that a process holds at present (resident set), in MiB, by Linux's accounting (proc(5)). */
export function residentMiB(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes) / 1024;
}
