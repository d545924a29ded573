import { readFileSync } from 'node:fs';

/** What a process holds in memory (proc(5), VmRSS), in MiB. */
export function residentMb(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kibibytes) / 1_024);
}
