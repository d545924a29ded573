import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createArchive } from '../../adapters/archive/create-archive.js';
import type { Archive } from '../../adapters/archive/archive.js';
import { createApp } from '../../api/app.js';
import { registerBootstrapKeys } from '../../api/bootstrap.js';
import { NotRunning } from '../../api/contract-updates.js';
import type { ApiDeps } from '../../api/deps.js';
import { createRequestLocks } from '../../api/request-locks.js';
import { createRightOfWay } from '../../api/right-of-way.js';
import type { ContractState } from '../../domain/contract/state.js';
import { CLIENT_SCOPES } from '../../domain/scopes.js';
import { createUrlPolicy } from '../../domain/webhooks/url-policy.js';
import { newKey } from '../../runtime/keys.js';
import { createLogger } from '../../runtime/logger.js';
import { createVault, type Vault } from '../../runtime/vault.js';
import { ensureConnection } from '../../store/connections.js';
import { createDatabase, type Database } from '../../store/database.js';
import { buildPdf, onePage } from './build-pdf.js';
import { serve } from './http.js';
import { createTestDatabase } from './postgres.js';

/** An answer, with its body parsed where it is JSON. */
export interface Reply {
  status: number;
  headers: Headers;
  body: any; // oxlint-disable-line typescript/no-explicit-any
  bytes: Buffer;
}

export interface Asking {
  key?: string | null;
  body?: unknown;
  raw?: Buffer | string;
  headers?: Record<string, string>;
}

export interface TestApi {
  url: string;
  clientKey: string;
  adminKey: string;
  /** As the worker sees the database: everything. */
  db: Database;
  databaseUrl: string;
  vault: Vault;
  archive: Archive;
  archiveUrl: string;
  /** base64 */
  masterKey: string;
  clock: { now: () => Date; set: (to: Date) => void };
  /** States whose workflows were to be started. */
  started: ContractState[];
  deps: ApiDeps;
  ask(method: string, path: string, asking?: Asking): Promise<Reply>;
  /** Another client. */
  newClient(members?: Record<string, unknown>): Promise<{ id: string; key: string }>;
  close(): Promise<void>;
}

/** The real app on real PostgreSQL and real HTTP; Temporal is what the test says it is. */
export async function startTestApi(
  change: Partial<ApiDeps> & { production?: boolean } = {},
): Promise<TestApi> {
  const { production = false, ...changes } = change;
  const database = await createTestDatabase();
  const { db, pool } = createDatabase(database.url, 'paraphe_api', 8);
  const worker = createDatabase(database.url, 'paraphe_worker', 3);
  const environment = production ? 'production' : 'sandbox';
  let offset = 0;
  const clock = {
    now: () => new Date(Date.now() + offset),
    set: (to: Date) => (offset = to.getTime() - Date.now()),
  };
  const connection = await ensureConnection(
    db,
    {
      url: 'http://127.0.0.1:1',
      apiUser: 'test',
      environment,
      dailyQuota: production ? 1000 : null,
      smsLimit: 5,
      attemptLimit: 5,
      timeZone: 'Europe/Paris',
    },
    clock.now(),
  );
  const [adminKey, clientKey] = [newKey(environment), newKey(environment)];
  await registerBootstrapKeys({
    db,
    clock,
    environment,
    config: { BOOTSTRAP_ADMIN_KEY: adminKey, BOOTSTRAP_CLIENT_KEY: clientKey },
  });
  const started: ContractState[] = [];
  const archiveUrl = `file://${mkdtempSync(path.join(tmpdir(), 'paraphe-api-'))}/archive`;
  const archive = createArchive(archiveUrl);
  const masterKey = randomBytes(32);
  const deps: ApiDeps = {
    config: { TASK_QUEUE: 'test', DEADLINE_WARNING_HOURS: [72, 24], PUBLIC_URL: undefined },
    db,
    pool,
    vault: createVault(masterKey),
    archive,
    clock,
    logger: createLogger('api', 'silent'),
    connection,
    urlPolicy: createUrlPolicy(),
    rightOfWay: createRightOfWay({ clock, signedSince: async () => false }),
    starter: {
      startSoon: (state) => void started.push(state),
      startNow: async (state) => void started.push(state),
      stop: async () => undefined,
    },
    updates: { execute: () => Promise.reject(new NotRunning()) },
    locks: createRequestLocks(pool),
    estimate: async () => new Map(),
    temporalUp: async () => true,
    version: '0.0.0-test',
    ...changes,
  };
  const server = await serve(createApp(deps).app);
  const ask = (method: string, target: string, asking: Asking = {}): Promise<Reply> =>
    request(server.url + target, method, { key: clientKey, ...asking });
  return {
    url: server.url,
    clientKey,
    adminKey,
    db: worker.db,
    databaseUrl: database.url,
    vault: deps.vault,
    archive,
    archiveUrl,
    masterKey: masterKey.toString('base64'),
    clock,
    started,
    deps,
    ask,
    async newClient(members = {}) {
      const body = {
        name: 'other',
        contact: { email: 'other@example.org' },
        scopes: CLIENT_SCOPES,
        ...members,
      };
      const made = await ask('POST', '/v1/admin/clients', { key: adminKey, body });
      return { id: made.body.id as string, key: made.body.key as string };
    },
    async close() {
      await server.close();
      deps.locks.close();
      await Promise.all([db.destroy(), worker.db.destroy()]);
      await database.drop();
    },
  };
}

async function request(url: string, method: string, { key, body, raw, headers }: Asking): Promise<Reply> {
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const answer = await fetch(url, {
    method,
    headers: {
      ...(key == null ? {} : { authorization: `Bearer ${key}` }),
      ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(content === undefined ? {} : { body: content }),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  const isJson = answer.headers.get('content-type')?.includes('json') === true && bytes.length > 0;
  const isLines = answer.headers.get('content-type')?.includes('ndjson') === true;
  const parsed: unknown = isJson && !isLines ? JSON.parse(bytes.toString()) : undefined;
  return { status: answer.status, headers: answer.headers, body: parsed, bytes };
}

export const PDF = buildPdf(onePage());

/** A trigger that is right; members may be replaced. */
export function aTrigger(members: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    label: 'Contrat de travail',
    deadline: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10),
    documents: [{ name: 'contrat.pdf', content: PDF.toString('base64') }],
    signatories: [
      {
        firstName: 'Camille',
        lastName: 'Exemple',
        email: 'camille@example.org',
        mobile: '+33 6 39 98 00 01',
      },
    ],
    ...members,
  };
}

/** Posts a trigger with a key of its own. */
export function postTrigger(
  api: TestApi,
  members: Record<string, unknown> = {},
  asking: Asking = {},
): Promise<Reply> {
  const headers = { 'idempotency-key': randomUUID(), ...asking.headers };
  return api.ask('POST', '/v1/contracts', { body: aTrigger(members), ...asking, headers });
}
