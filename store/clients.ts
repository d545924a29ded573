import { sql } from 'kysely';
import { newId } from '../runtime/ids.js';
import type { Tx } from './database.js';
import type { ClientSettings } from './tables.js';

export interface ClientRow {
  id: string;
  name: string;
  email: string | null;
  scopes: string[];
  fields: string[] | null;
  limits: object;
  settings: object;
  allowed_networks: string[];
  status: 'active' | 'disabled';
  expires_at: Date | null;
  created_at: Date;
}

export interface ClientWish {
  name: string;
  email: string;
  scopes: readonly string[];
  fields: string[] | null;
  limits: Record<string, number>;
  settings: ClientSettings;
  allowedNetworks: string[];
  expiresAt: Date | null;
}

/** Makes a client (as an operator). @returns its id */
export async function createClient(tx: Tx, wish: ClientWish, now: Date): Promise<string> {
  const id = newId('cli');
  await tx
    .insertInto('paraphe.client')
    .values({ id, created_at: now, status: 'active', ...columnsOf(wish) })
    .execute();
  await setContact(tx, id, wish.email);
  return id;
}

/** Changes the members that are named. */
export async function updateClient(
  tx: Tx,
  id: string,
  wish: Partial<ClientWish> & { status?: 'active' | 'disabled' },
): Promise<void> {
  const columns = { ...columnsOf(wish), ...(wish.status === undefined ? {} : { status: wish.status }) };
  if (Object.keys(columns).length > 0)
    await tx.updateTable('paraphe.client').set(columns).where('id', '=', id).execute();
  if (wish.email !== undefined) await setContact(tx, id, wish.email);
  if (wish.scopes !== undefined) await narrowKeys(tx, id, wish.scopes);
}

/** No key may do more than its client; what a client gains, new keys get. */
async function narrowKeys(tx: Tx, clientId: string, scopes: readonly string[]): Promise<void> {
  await sql`update paraphe.api_key
    set scopes = array(select unnest(scopes) intersect select unnest(${[...scopes]}::text[]))
    where client_id = ${clientId}`.execute(tx);
}

export function readClient(tx: Tx, id: string): Promise<ClientRow | undefined> {
  return clients(tx).where('client.id', '=', id).executeTakeFirst();
}

export function listClients(tx: Tx, before: string | null, limit: number): Promise<ClientRow[]> {
  return clients(tx)
    .$if(before !== null, (query) => query.where('client.id', '<', before!))
    .orderBy('client.id', 'desc')
    .limit(limit)
    .execute();
}

/** Whether a client has contracts that are not over: then it may not go. */
export async function hasLiveContracts(tx: Tx, id: string): Promise<boolean> {
  const row = await tx
    .selectFrom('paraphe.contract')
    .select('id')
    .where('client_id', '=', id)
    .where('status', 'not in', ['completed', 'cancelled', 'expired', 'rejected'])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Takes every access away; contracts and events stay until their retention ends. */
export async function disableClient(tx: Tx, id: string, now: Date): Promise<void> {
  await tx.updateTable('paraphe.client').set({ status: 'disabled' }).where('id', '=', id).execute();
  await tx
    .updateTable('paraphe.api_key')
    .set({ revoked_at: now })
    .where('client_id', '=', id)
    .where('revoked_at', 'is', null)
    .execute();
}

function clients(tx: Tx) {
  return tx
    .selectFrom('paraphe.client as client')
    .leftJoin('personal.client_contact as contact', 'contact.client_id', 'client.id')
    .select(['client.id', 'client.name', 'contact.email', 'client.scopes', 'client.fields', 'client.limits'])
    .select(['client.settings', 'client.status', 'client.expires_at', 'client.created_at'])
    .select(sql<string[]>`client.allowed_networks::text[]`.as('allowed_networks'));
}

function columnsOf(wish: Partial<ClientWish>) {
  return {
    ...(wish.name === undefined ? {} : { name: wish.name }),
    ...(wish.scopes === undefined ? {} : { scopes: [...wish.scopes] }),
    ...(wish.fields === undefined ? {} : { fields: wish.fields }),
    ...(wish.limits === undefined ? {} : { limits: JSON.stringify(wish.limits) }),
    ...(wish.settings === undefined ? {} : { settings: JSON.stringify(wish.settings) }),
    ...(wish.allowedNetworks === undefined ? {} : { allowed_networks: wish.allowedNetworks }),
    ...(wish.expiresAt === undefined ? {} : { expires_at: wish.expiresAt }),
  } as {
    name: string;
    scopes: string[];
    fields: string[] | null;
    limits: string;
    settings: string;
    allowed_networks: string[];
    expires_at: Date | null;
  };
}

async function setContact(tx: Tx, clientId: string, email: string): Promise<void> {
  await tx
    .insertInto('personal.client_contact')
    .values({ client_id: clientId, email })
    .onConflict((conflict) => conflict.column('client_id').doUpdateSet({ email }))
    .execute();
}
