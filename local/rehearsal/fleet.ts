import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../ports.js';
import { LocalError } from '../project.js';
import { readyLine, readyWhen } from '../process/readiness.js';
import type { Service } from '../process/service.js';
import type { Ended, Supervisor } from '../supervisor.js';
import { composeService, imageEnvironment } from './compose.js';
import { NAMESPACE } from './temporal-server.js';
import type { Site } from './site.js';
import type { Version } from './version.js';

const run = promisify(execFile);

export type Kind = 'api' | 'worker';

export interface FleetDeps {
  readonly supervisor: Supervisor;
  /** Settings that api and worker share, of every site. */
  readonly settings: Readonly<Record<string, string>>;
  /** Told when something to scrape came or went. */
  readonly changed: () => void;
}

export interface Program {
  readonly name: string;
  readonly kind: Kind;
  readonly version: Version;
  /** Where an api listens; of no meaning for a worker. */
  readonly port: number;
  readonly metricsPort: number;
  /** Of Temporal's SDK; workers only. */
  readonly temporalMetricsPort: number;
}

/** The apis and workers that run. */
export interface Fleet {
  readonly apiPorts: readonly number[];
  readonly start: (kind: Kind, version: Version, site: Site, more?: Record<string, string>) => Promise<void>;
  /** Ends one as a rollout does: asked, and killed only after the 30 s that docker-compose.yml grants. */
  readonly end: (name: string, graceMs?: number) => Promise<Ended & { readonly name: string }>;
  readonly running: (kind: Kind) => Program[];
  /** Brings the database to a version's schema. */
  readonly migrate: (version: Version, site: Site) => Promise<void>;
  readonly settingsOf: (site: Site) => Record<string, string>;
}

/** Two run; while one is replaced there are three. */
const SLOTS = 4;
export const GRACE_MS = 30_000;

export async function createFleet({ supervisor, settings, changed }: FleetDeps): Promise<Fleet> {
  const apiPorts = await Promise.all(Array.from({ length: SLOTS }, freePort));
  const programs = new Map<string, Program>();
  const settingsOf = (site: Site): Record<string, string> => ({
    ...settings,
    DATABASE_URL: site.databaseUrl,
    ARCHIVE_URL: site.archiveUrl,
    TEMPORAL_ADDRESS: site.temporal.address,
    TEMPORAL_NAMESPACE: NAMESPACE,
  });
  const freeSlot = (kind: Kind): number => {
    const slot = apiPorts.findIndex((_, index) => !programs.has(`${kind}-${index + 1}`));
    if (slot < 0) throw new LocalError(`All places for the ${kind} are taken.`);
    return slot;
  };
  return {
    apiPorts,
    settingsOf,
    running: (kind) => [...programs.values()].filter((program) => program.kind === kind),
    async start(kind, version, site, more = {}) {
      const slot = freeSlot(kind);
      const name = `${kind}-${slot + 1}`;
      const ports = { metricsPort: await freePort(), temporalMetricsPort: await freePort() };
      const { NODE_OPTIONS = '' } = composeService(kind).environment;
      const env = {
        ...imageEnvironment(),
        ...settingsOf(site),
        NODE_OPTIONS,
        METRICS_PORT: String(ports.metricsPort),
        ...(kind === 'worker' ? { TEMPORAL_METRICS_PORT: String(ports.temporalMetricsPort) } : {}),
        ...(kind === 'api' ? { API_PORT: String(apiPorts[slot]) } : {}),
        ...more,
      };
      programs.set(name, { name, kind, version, port: apiPorts[slot] ?? 0, ...ports });
      await supervisor.start(serviceOf(kind, name, version, env));
      changed();
    },
    async end(name, graceMs = GRACE_MS) {
      programs.delete(name);
      changed();
      return { name, ...(await supervisor.end(name, graceMs)) };
    },
    async migrate(version, site) {
      const main = path.join(version.root, 'dist', 'store', 'migrate-main.js');
      await run(process.execPath, [main], { env: { ...process.env, DATABASE_URL: site.databaseUrl } });
    },
  };
}

function serviceOf(kind: Kind, name: string, { root }: Version, env: Record<string, string>): Service {
  const ready: Service['ready'] =
    kind === 'worker'
      ? async (probe) => void (await readyLine(probe))
      : (probe) =>
          readyWhen(probe, async () => {
            const answer = await fetch(`http://127.0.0.1:${env['API_PORT']}/readyz`);
            await answer.body?.cancel();
            return answer.status === 200;
          });
  const main = path.join(root, 'dist', kind, 'main.js');
  return { name, command: process.execPath, args: ['--enable-source-maps', main], env, ready };
}
