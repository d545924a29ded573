import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { createSecret } from '../../adapters/webhooks/sign.js';
import { initialState } from '../../domain/contract/initial-state.js';
import type { ContractState } from '../../domain/contract/state.js';
import type { EventDraft, EventType } from '../../domain/events.js';
import { createUrlPolicy } from '../../domain/webhooks/url-policy.js';
import { systemClock } from '../../runtime/clock.js';
import { newId } from '../../runtime/ids.js';
import { createLogger } from '../../runtime/logger.js';
import { createVault, type Vault } from '../../runtime/vault.js';
import { ensureConnection, type Connection as PlatformAccount } from '../../store/connections.js';
import { createDatabase, type Database } from '../../store/database.js';
import { sealEndpointSecrets } from '../../store/endpoint-secrets.js';
import { recordTransition } from '../../store/record.js';
import { createWebhooks, type WebhooksDeps } from '../../worker/webhooks.js';

/** A client with endpoints and contracts, and what delivers to them: PostgreSQL, Temporal and HTTP are real. */
export interface WebhookStack {
  readonly db: Database;
  readonly vault: Vault;
  readonly clientId: string;
  readonly client: Client;
  readonly taskQueue: string;
  /** An endpoint and its secret. */
  addEndpoint(url: string, events?: string[]): Promise<{ id: string; secret: string }>;
  addContract(): Promise<ContractState>;
  /** Records the contract's next event, as its workflow does. */
  tell(contract: ContractState, type?: EventType): Promise<ContractState>;
  /** Starts what delivers; several may run. */
  startWorker(wish?: Partial<Pick<WebhooksDeps, 'nextDelay' | 'clock'>>): Promise<RunningWorker>;
  close(): Promise<void>;
}

export interface RunningWorker {
  kick(): void;
  stop(): Promise<void>;
}

export const stackMasterKey = Buffer.alloc(32, 7);
const workflowsPath = path.join(__dirname, '..', '..', 'workflows', 'index.ts');

/** @param server of the database (owner's URL) and of Temporal, and a task queue of its own */
export async function createWebhookStack(server: {
  databaseUrl: string;
  temporalAddress: string;
  taskQueue: string;
}): Promise<WebhookStack> {
  const { taskQueue } = server;
  const { db } = createDatabase(server.databaseUrl, 'paraphe_worker');
  const vault = createVault(stackMasterKey);
  const connection = await NativeConnection.connect({ address: server.temporalAddress });
  const clientConnection = await Connection.connect({ address: server.temporalAddress });
  const client = new Client({ connection: clientConnection });
  const clientId = await addClient(db);
  const account = await ensureConnection(db, platformAccount, new Date());
  const running = new Set<RunningWorker>();

  return {
    db,
    vault,
    clientId,
    client,
    taskQueue,
    async addEndpoint(url, events = ['*']) {
      const [id, secret] = [newId('whe'), createSecret()];
      const secrets = { secrets: [{ secret, until: null }], headers: {} };
      const sealed = sealEndpointSecrets(vault, id, secrets);
      const row = { id, client_id: clientId, url, events, sealed, created_at: new Date() };
      await db.insertInto('paraphe.webhook_endpoint').values(row).execute();
      return { id, secret };
    },
    addContract: () => addContract(db, clientId, account),
    async tell(contract, type = 'contract.published') {
      const next = { ...contract, sequence: contract.sequence + 1, version: contract.version + 1 };
      await recordTransition(db, next, [draftOf(next, type)], new Date().toISOString());
      running.forEach((worker) => worker.kick());
      return next;
    },
    async startWorker(wish = {}) {
      const webhooks = await createWebhooks({
        db,
        vault,
        client,
        connection,
        taskQueue,
        clock: systemClock,
        ...wish,
        logger: createLogger('test', 'silent'),
        environment: 'sandbox',
        namespace: 'default',
        workflows: { workflowsPath },
        policy: createUrlPolicy({ allowedNetworks: ['127.0.0.0/8'] }),
        version: '0.0.0',
      });
      const ended = webhooks.run();
      const worker = {
        kick: () => webhooks.kick(),
        stop: async () => {
          running.delete(worker);
          webhooks.stop();
          await ended;
        },
      };
      running.add(worker);
      return worker;
    },
    async close() {
      await Promise.all([...running].map((worker) => worker.stop()));
      await connection.close();
      await clientConnection.close();
      await db.destroy();
    },
  };
}

const platformAccount = {
  url: 'http://127.0.0.1:9',
  apiUser: 'tests',
  environment: 'sandbox',
  dailyQuota: null,
  smsLimit: 5,
  attemptLimit: 5,
  timeZone: 'Europe/Paris',
} as const;

async function addClient(db: Database): Promise<string> {
  const id = newId('cli');
  const row = { id, name: 'tests', scopes: [], settings: '{}', limits: '{}', created_at: new Date() };
  await db
    .insertInto('paraphe.client')
    .values({ ...row, status: 'active', fields: null, allowed_networks: [] })
    .execute();
  const contact = { client_id: id, email: 'owner@example.org' };
  await db.insertInto('personal.client_contact').values(contact).execute();
  return id;
}

async function addContract(
  db: Database,
  clientId: string,
  { id: connectionId, limits, environment }: PlatformAccount,
): Promise<ContractState> {
  const now = new Date();
  const deadline = new Date(now.getTime() + 86_400_000).toISOString();
  const signatories = [{ id: newId('sig'), deposit: null }];
  const wish = { id: newId('ctr'), clientId, connectionId, environment, action: 'submit', deadline } as const;
  const state = initialState({ ...wish, limits, signatories, documents: [] }, now.toISOString());
  await db
    .insertInto('paraphe.contract')
    .values({
      id: state.id,
      client_id: clientId,
      connection_id: connectionId,
      status: state.status,
      deadline,
      state: JSON.stringify(state),
      version: state.version,
      metadata: '{}',
      signatory_references: '{}',
      language: 'fr',
      notify_signatories: true,
      notify_owner: true,
      created_at: now,
      updated_at: now,
    } as never)
    .execute();
  return state;
}

function draftOf({ sequence, status }: ContractState, type: EventType): EventDraft {
  const occurredAt = new Date().toISOString();
  const told = { actor: 'platform', reason: null, signatoryId: null, previousStatus: null } as const;
  return { type, sequence, occurredAt, status, signed: 0, documents: [], ...told };
}
