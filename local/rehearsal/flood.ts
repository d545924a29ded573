import { execFile } from 'node:child_process';
import { setPriority } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../project.js';
import type { Topology } from './topology.js';

const run = promisify(execFile);

export interface FloodResult {
  readonly sent: number;
  readonly unsent: number;
  /** By kind and status, as `trigger 202`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Refusals with 429 or 503 that do not say when to come back. */
  readonly withoutRetryAfter: number;
}

export interface FloodWish {
  /** A second; 0: as much as is taken. */
  readonly rate: number;
  readonly seconds: number;
  readonly exports?: readonly string[];
}

/** Load from a process of its own, which gives way to what it loads. */
export async function flood({ api, keys, record }: Topology, wish: FloodWish): Promise<FloodResult> {
  const main = path.join(projectRoot, 'dist', 'local', 'rehearsal', 'flood-main.js');
  const running = run(process.execPath, [main], {
    env: {
      ...process.env,
      FLOOD_API: api,
      FLOOD_KEY: keys.key,
      FLOOD_RATE: String(wish.rate),
      FLOOD_SECONDS: String(wish.seconds),
      FLOOD_EXPORTS: (wish.exports ?? []).join(','),
    },
  });
  const { pid } = running.child;
  if (pid !== undefined) {
    record.note('flood', pid);
    setPriority(pid, 10);
  }
  return JSON.parse((await running).stdout) as FloodResult;
}
