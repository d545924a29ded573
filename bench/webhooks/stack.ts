import { Client, Connection } from '@temporalio/client';
import { createSecret } from '../../adapters/webhooks/sign.js';
import type { ContractState } from '../../domain/contract/state.js';
import type { EventDraft, EventType } from '../../domain/events.js';
import { newId } from '../../runtime/ids.js';
import { createVault, type Vault } from '../../runtime/vault.js';
import { createDatabase, type Database } from '../../store/database.js';
import { sealEndpointSecrets } from '../../store/endpoint-secrets.js';
import { recordTransition } from '../../store/record.js';
import { addClient, addContract, ensureAccount } from './rows.js';

export interface StackServers {
  /** The owner's URL. */
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  /** No other run's. */
  readonly taskQueue: string;
}

/** Clients with endpoints and contracts, and the side that writes events; what delivers them runs beside it. */
export interface WebhookStack extends StackServers {
  readonly db: Database;
  readonly vault: Vault;
  readonly client: Client;
  /** Called after each event that is written: the workers' kick. */
  onEvent: () => void;
  addClient(): Promise<string>;
  /** An endpoint and its secret. */
  addEndpoint(clientId: string, url: string, events?: string[]): Promise<{ id: string; secret: string }>;
  addContract(clientId: string): Promise<ContractState>;
  /** Records the contract's next event, as its workflow does. */
  tell(contract: ContractState, type?: EventType): Promise<ContractState>;
  /** Gives up what is still to be delivered: its workflows end when they next look. */
  endWaiting(): Promise<void>;
  close(): Promise<void>;
}

export const benchMasterKey = Buffer.alloc(32, 7);

export async function createWebhookStack(servers: StackServers): Promise<WebhookStack> {
  const { db } = createDatabase(servers.databaseUrl, 'paraphe_worker');
  const vault = createVault(benchMasterKey);
  const connection = await Connection.connect({ address: servers.temporalAddress });
  const account = await ensureAccount(db);
  const stack: WebhookStack = {
    ...servers,
    db,
    vault,
    client: new Client({ connection }),
    onEvent: () => undefined,
    addClient: () => addClient(db),
    async addEndpoint(clientId, url, events = ['*']) {
      const [id, secret] = [newId('whe'), createSecret()];
      const sealed = sealEndpointSecrets(vault, id, { secrets: [{ secret, until: null }], headers: {} });
      const row = { id, client_id: clientId, url, events, sealed, created_at: new Date() };
      await db.insertInto('paraphe.webhook_endpoint').values(row).execute();
      return { id, secret };
    },
    addContract: (clientId) => addContract(db, clientId, account),
    async tell(contract, type = 'contract.published') {
      const next = { ...contract, sequence: contract.sequence + 1, version: contract.version + 1 };
      await recordTransition(db, next, [draftOf(next, type)], new Date().toISOString());
      stack.onEvent();
      return next;
    },
    async endWaiting() {
      const waiting = db.updateTable('paraphe.delivery').set({ status: 'failed', next_attempt_at: null });
      await waiting.where('status', '=', 'pending').execute();
    },
    async close() {
      await connection.close();
      await db.destroy();
    },
  };
  return stack;
}

function draftOf({ sequence, status }: ContractState, type: EventType): EventDraft {
  const occurredAt = new Date().toISOString();
  const told = { actor: 'platform', reason: null, signatoryId: null, previousStatus: null } as const;
  return { type, sequence, occurredAt, status, signed: 0, documents: [], ...told };
}
