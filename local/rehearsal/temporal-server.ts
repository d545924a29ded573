import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort, preferPort } from '../ports.js';
import { projectRoot, temporalTool } from '../project.js';
import { readyWhen } from '../process/readiness.js';
import type { Service } from '../process/service.js';
import type { Supervisor } from '../supervisor.js';
import { composeService } from './compose.js';

const run = promisify(execFile);

/** The namespace of docker-compose.yml. */
export const NAMESPACE = 'paraphe';

export interface TemporalServerWish {
  readonly name: string;
  readonly supervisor: Supervisor;
  readonly postgres: { readonly port: number; readonly passwordFile: string };
}

export interface RunningTemporal {
  readonly address: string;
  /** Where Prometheus reads the server; null where there is nothing to read. */
  readonly metricsPort: number | null;
  /** Programs to end, should this Temporal be lost. */
  readonly programs: readonly string[];
  /** After it was ended. */
  readonly startAgain: () => Promise<void>;
}

/**
 * Temporal's real server on PostgreSQL, as docker-compose.yml runs it: schema and namespace by the scripts of
 * ops/temporal, settings from the file's own `environment`; only addresses are others.
 */
export async function startTemporalServer(wish: TemporalServerWish): Promise<RunningTemporal> {
  const { name, supervisor, postgres } = wish;
  const home = temporalTool('temporalServer');
  const port = await lowPort();
  const metricsPort = await freePort();
  const address = `127.0.0.1:${port}`;
  const database = {
    POSTGRES_USER: 'paraphe',
    POSTGRES_HOST: '127.0.0.1',
    POSTGRES_PORT: String(postgres.port),
  };
  await script('setup-schema.sh', {
    ...database,
    POSTGRES_PASSWORD_FILE: postgres.passwordFile,
    TEMPORAL_SCHEMA: path.join(home, 'schema'),
    PATH: `${path.join(home, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`,
  });
  const service: Service = {
    name,
    command: path.join(home, 'bin', 'temporal-server'),
    args: ['--allow-no-auth', 'start'],
    env: {
      ...composeService('temporal').environment,
      LOG_LEVEL: 'warn',
      POSTGRES_SEEDS: '127.0.0.1',
      DB_PORT: String(postgres.port),
      POSTGRES_PWD: readFileSync(postgres.passwordFile, 'utf8').trim(),
      BIND_ON_IP: '127.0.0.1',
      DYNAMIC_CONFIG_FILE_PATH: path.join(projectRoot, 'ops', 'temporal', 'dynamic-config.yaml'),
      PROMETHEUS_ENDPOINT: `127.0.0.1:${metricsPort}`,
      ...(await ports(port)),
    },
    foundation: true,
    ready: (probe) =>
      readyWhen(probe, async () => {
        await run(temporalTool('temporal'), ['operator', 'cluster', 'health', '--address', address]);
        return true;
      }),
  };
  await supervisor.start(service);
  await setUpNamespace(address);
  return { address, metricsPort, programs: [name], startAgain: () => supervisor.start(service) };
}

/** The namespace with its search attributes, by production's own script. */
export async function setUpNamespace(address: string): Promise<void> {
  await script('setup-namespace.sh', {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: NAMESPACE,
    PATH: `${path.dirname(temporalTool('temporal'))}${path.delimiter}${process.env['PATH'] ?? ''}`,
  });
}

async function script(file: string, env: Record<string, string>): Promise<void> {
  const program = path.join(projectRoot, 'ops', 'temporal', file);
  await run('sh', [program], { env: { ...process.env, ...env }, timeout: 120_000, maxBuffer: 1e8 });
}

async function ports(frontend: number): Promise<Record<string, string>> {
  const others = ['HTTP', 'MEMBERSHIP'].map((name) => `FRONTEND_${name}_PORT`);
  for (const part of ['MATCHING', 'HISTORY', 'WORKER'])
    others.push(`${part}_GRPC_PORT`, `${part}_MEMBERSHIP_PORT`);
  const chosen: Record<string, string> = { FRONTEND_GRPC_PORT: String(frontend) };
  for (const name of others) chosen[name] = String(await lowPort());
  return chosen;
}

/** Temporal writes its members' ports into a column of 16 bits with a sign: those that systems hand out are too high. */
async function lowPort(): Promise<number> {
  for (;;) {
    const wished = 12_000 + Math.floor(Math.random() * 20_000);
    if ((await preferPort(wished)) === wished) return wished;
  }
}
