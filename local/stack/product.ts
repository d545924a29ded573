import { randomBytes } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { newKey } from '../../runtime/keys.js';
import { readyWhen } from '../process/readiness.js';
import type { Service } from '../process/service.js';
import type { Home } from './home.js';
import { nodeService } from './node-service.js';
import type { StackSettings } from './settings.js';

export interface ProductKeys {
  readonly key: string;
  readonly adminKey: string;
}

/** The keys that the local edition makes once, for a business system and for an operator. */
export function localKeys(home: Home, { environment }: StackSettings): ProductKeys {
  const make = (name: string) => home.secret(`${name}-${environment}`, () => newKey(environment));
  return { key: make('client-key'), adminKey: make('admin-key') };
}

export interface ProductParts {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly smtpUrl: string;
  readonly platform: Readonly<Record<string, string>>;
  readonly keys: ProductKeys;
}

/** The settings of api and worker; what the environment gives passes through as it is. */
export function productEnv(home: Home, settings: StackSettings, parts: ProductParts): Record<string, string> {
  const given = process.env;
  if (!settings.masterKeyGiven) home.secret('master-key', () => randomBytes(32).toString('base64'));
  return {
    ...parts.platform,
    DATABASE_URL: parts.databaseUrl,
    TEMPORAL_ADDRESS: parts.temporalAddress,
    SMTP_URL: parts.smtpUrl,
    ARCHIVE_URL: settings.archiveUrl ?? pathToFileURL(home.at('archive')).href,
    PLATFORM_ENVIRONMENT: settings.environment,
    API_HOST: '127.0.0.1',
    API_PORT: String(settings.apiPort),
    PUBLIC_URL: given['PUBLIC_URL'] ?? apiUrl(settings),
    ...(settings.masterKeyGiven ? {} : { PARAPHE_MASTER_KEY_FILE: home.secretFile('master-key') }),
    BOOTSTRAP_CLIENT_KEY: parts.keys.key,
    BOOTSTRAP_ADMIN_KEY: parts.keys.adminKey,
    WEBHOOK_ALLOWED_NETWORKS: given['WEBHOOK_ALLOWED_NETWORKS'] ?? '127.0.0.0/8',
    LOG_LEVEL: given['LOG_LEVEL'] ?? (settings.verbose ? 'info' : 'warn'),
  };
}

export function apiUrl({ apiPort }: StackSettings): string {
  return `http://127.0.0.1:${apiPort}`;
}

/** As in docker-compose.yml, so that what is measured here is what production has. */
const HEAP_MB = { api: 448, worker: 320 };

export function apiService(settings: StackSettings, env: Readonly<Record<string, string>>): Service {
  const ready: Service['ready'] = (probe) =>
    readyWhen(probe, async () => (await fetch(`${apiUrl(settings)}/readyz`)).status === 200);
  return nodeService('api', 'api/main.js', env, { ready, heapMb: HEAP_MB.api });
}

export function workerService(env: Readonly<Record<string, string>>): Service {
  return nodeService('worker', 'worker/main.js', env, { heapMb: HEAP_MB.worker });
}
