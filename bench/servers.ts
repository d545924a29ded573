import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../local/ports.js';
import { createPostgres } from '../local/postgres.js';
import { startChild } from '../local/process/child.js';
import { createTemporal } from '../local/temporal.js';
import { migrate } from '../store/migrate.js';

export interface BenchServers {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly pids: Readonly<Record<'postgres' | 'temporal', number>>;
  stop(): Promise<void>;
}

/** PostgreSQL (safe, as in production) and Temporal's development server, for one run and thrown away after it. */
export async function startServers(): Promise<BenchServers> {
  const home = mkdtempSync(path.join(tmpdir(), 'paraphe-bench-'));
  const [port, temporalPort, httpPort] = [await freePort(), await freePort(), await freePort()];
  const password = randomBytes(12).toString('hex');
  const postgres = createPostgres({ home: path.join(home, 'postgres'), port, password });
  const services = [
    postgres.service,
    createTemporal({ port: temporalPort, httpPort, uiPort: null, file: null }),
  ];
  const children = services.map((service) => startChild(service, () => undefined));
  await Promise.all(children.map((child) => child.ready));
  const databaseUrl = postgres.urlOf('postgres');
  await migrate(databaseUrl);
  return {
    databaseUrl,
    temporalAddress: `127.0.0.1:${temporalPort}`,
    pids: { postgres: children[0]!.pid, temporal: children[1]!.pid },
    async stop() {
      await Promise.all(children.map((child) => child.stop(5_000)));
      rmSync(home, { recursive: true, force: true });
    },
  };
}
