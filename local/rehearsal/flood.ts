import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { LocalError, projectRoot } from '../project.js';
import type { Topology } from './topology.js';

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

/** As far as it goes without being starved: it is to reach its rate. */
const GIVES_WAY = 5;

/**
 * Load from a process of its own, which gives way to what it loads. It goes to the apis past the balancer, which
 * stands in for a proxy that bears much more.
 * @returns when it has begun
 */
export async function startFlood(
  { fleet, keys, record }: Topology,
  wish: FloodWish,
): Promise<{ readonly ended: Promise<FloodResult> }> {
  const main = path.join(projectRoot, 'dist', 'local', 'rehearsal', 'flood-main.js');
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      FLOOD_APIS: fleet
        .running('api')
        .map(({ port }) => `http://127.0.0.1:${port}`)
        .join(','),
      FLOOD_KEY: keys.key,
      FLOOD_RATE: String(wish.rate),
      FLOOD_SECONDS: String(wish.seconds),
      FLOOD_EXPORTS: (wish.exports ?? []).join(','),
    },
  });
  const { pid } = child;
  if (pid !== undefined) {
    record.note('flood', pid);
    setPriority(pid, GIVES_WAY);
  }
  const lines = createInterface(child.stdout);
  const gone = once(child, 'close').then(() => {
    throw new LocalError('The flood ended before its time.');
  });
  const line = async (): Promise<string> =>
    ((await Promise.race([once(lines, 'line'), gone])) as [string])[0];
  gone.catch(() => undefined);
  await line();
  return { ended: line().then((text) => JSON.parse(text) as FloodResult) };
}

/** The same, to its end. */
export async function flood(topology: Topology, wish: FloodWish): Promise<FloodResult> {
  return (await startFlood(topology, wish)).ended;
}
