import { initialState } from '../../domain/contract/initial-state.js';
import type { ContractState } from '../../domain/contract/state.js';
import { newId } from '../../runtime/ids.js';
import { ensureConnection, type Connection } from '../../store/connections.js';
import type { Database } from '../../store/database.js';

const DAY_MS = 86_400_000;

/** A platform account that nobody asks. */
export function ensureAccount(db: Database): Promise<Connection> {
  const limits = { dailyQuota: null, smsLimit: 5, attemptLimit: 5 };
  const settings = { url: 'http://127.0.0.1:9', apiUser: 'bench', environment: 'sandbox' as const };
  return ensureConnection(db, { ...settings, ...limits, timeZone: 'Europe/Paris' }, new Date());
}

export async function addClient(db: Database): Promise<string> {
  const id = newId('cli');
  const row = { id, name: 'bench', scopes: [], created_at: new Date(), status: 'active' as const };
  await db
    .insertInto('paraphe.client')
    .values({ ...row, settings: '{}', limits: '{}', fields: null, allowed_networks: [] })
    .execute();
  const contact = { client_id: id, email: 'owner@example.org' };
  await db.insertInto('personal.client_contact').values(contact).execute();
  return id;
}

export async function addContract(
  db: Database,
  clientId: string,
  account: Connection,
): Promise<ContractState> {
  const now = new Date();
  const deadline = new Date(now.getTime() + DAY_MS).toISOString();
  const { id: connectionId, environment, limits } = account;
  const signatories = [{ id: newId('sig'), deposit: null }];
  const accepted = { id: newId('ctr'), clientId, connectionId, environment, limits, deadline } as const;
  const state = initialState(
    { ...accepted, action: 'submit', signatories, documents: [] },
    now.toISOString(),
  );
  const flags = { notify_signatories: true, notify_owner: true, language: 'fr' as const };
  const words = { metadata: '{}', signatory_references: '{}' };
  const times = { deadline, created_at: now, updated_at: now };
  const ids = { id: state.id, client_id: clientId, connection_id: connectionId };
  const { status, version } = state;
  await db
    .insertInto('paraphe.contract')
    .values({ ...ids, ...flags, ...words, ...times, status, version, state: JSON.stringify(state) })
    .execute();
  return state;
}
