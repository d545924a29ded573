import { sql } from 'kysely';
import type { Environment } from '../domain/contract/state.js';
import type { Scope } from '../domain/scopes.js';
import { newId } from '../runtime/ids.js';
import { hashKey, keyHint, newKey } from '../runtime/keys.js';
import type { Database, Tx } from './database.js';

/** A key that may be used, and what its client may do. */
export interface FoundKey {
  keyId: string;
  clientId: string;
  scopes: Scope[];
  /** The end of the key or of its client, whichever is first. */
  expiresAt: Date | null;
  revoked: boolean;
  fields: string[] | null;
  allowedNetworks: string[];
}

interface Row {
  key_id: string;
  client_id: string;
  scopes: Scope[];
  expires_at: Date | null;
  revoked_at: Date | null;
  client_status: string;
  client_expires_at: Date | null;
  fields: string[] | null;
  allowed_networks: string[] | string;
}

/** Who holds the key with this hash; null when nobody does. The one look across clients. */
export async function findKey(db: Database, hash: Buffer, now: Date): Promise<FoundKey | null> {
  const { rows } = await sql<Row>`select key_id, client_id, scopes, expires_at, revoked_at, client_status,
    client_expires_at, fields, allowed_networks::text[] as allowed_networks from paraphe.find_key(${hash})`.execute(
    db,
  );
  const [row] = rows;
  if (row === undefined) return null;
  const ends = [row.expires_at, row.client_expires_at].filter((end) => end !== null);
  return {
    keyId: row.key_id,
    clientId: row.client_id,
    scopes: row.scopes,
    expiresAt: ends.length === 0 ? null : new Date(Math.min(...ends.map(Number))),
    revoked: (row.revoked_at !== null && row.revoked_at <= now) || row.client_status !== 'active',
    fields: row.fields,
    allowedNetworks: row.allowed_networks as string[],
  };
}

export interface KeyRow {
  id: string;
  hint: string;
  scopes: string[];
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
}

const COLUMNS = ['id', 'hint', 'scopes', 'created_at', 'expires_at', 'revoked_at', 'last_used_at'] as const;

/** A client's keys, newest first; the keys themselves are known to nobody. */
export function listKeys(tx: Tx, clientId: string, before: string | null, limit: number): Promise<KeyRow[]> {
  return tx
    .selectFrom('paraphe.api_key')
    .select(COLUMNS)
    .where('client_id', '=', clientId)
    .$if(before !== null, (query) => query.where('id', '<', before!))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

export function readKey(tx: Tx, clientId: string, id: string): Promise<KeyRow | undefined> {
  return tx
    .selectFrom('paraphe.api_key')
    .select(COLUMNS)
    .where('id', '=', id)
    .where('client_id', '=', clientId)
    .executeTakeFirst();
}

export interface KeyWish {
  clientId: string;
  environment: Environment;
  scopes: readonly string[];
  expiresAt: Date | null;
  now: Date;
}

/** Makes a key for a client; this is the only time that it is seen. */
export async function createKey(
  tx: Tx,
  wish: KeyWish,
): Promise<{ id: string; key: string; expiresAt: Date | null }> {
  const key = newKey(wish.environment);
  const id = await storeKey(tx, key, wish);
  return { id, key, expiresAt: wish.expiresAt };
}

/** Stores a key that exists already (bootstrap). */
export async function storeKey(tx: Tx, key: string, wish: Omit<KeyWish, 'environment'>): Promise<string> {
  const id = newId('key');
  await tx
    .insertInto('paraphe.api_key')
    .values({
      id,
      client_id: wish.clientId,
      hash: hashKey(key),
      hint: keyHint(key),
      scopes: [...wish.scopes],
      created_at: wish.now,
      expires_at: wish.expiresAt,
    })
    .execute();
  return id;
}

/** Ends a key now; one that has ended stays as it is. */
export async function revokeKey(tx: Tx, clientId: string, id: string, now: Date): Promise<void> {
  await tx
    .updateTable('paraphe.api_key')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('client_id', '=', clientId)
    .where('revoked_at', 'is', null)
    .execute();
}

/** Lets a key end at an instant, never later than it would anyway. */
export async function endKey(tx: Tx, clientId: string, id: string, end: Date): Promise<void> {
  await tx
    .updateTable('paraphe.api_key')
    .set({ expires_at: sql`least(coalesce(expires_at, 'infinity'), ${end}::timestamptz)` })
    .where('id', '=', id)
    .where('client_id', '=', clientId)
    .execute();
}

/** A key that ends soon, and which no other key of its client outlasts. */
export interface ExpiringKey {
  id: string;
  clientId: string;
  expiresAt: Date;
}

/** Keys in use of active clients that end between two instants; replaced ones left out (the worker's role). */
export async function expiringKeys(db: Database, from: Date, to: Date): Promise<ExpiringKey[]> {
  const { rows } = await sql<ExpiringKey>`
    select k.id, k.client_id as "clientId", k.expires_at as "expiresAt"
    from paraphe.api_key k join paraphe.client c on c.id = k.client_id
    where c.status = 'active' and k.revoked_at is null and k.expires_at > ${from} and k.expires_at <= ${to}
      and not exists (select from paraphe.api_key other where other.client_id = k.client_id and other.id <> k.id
        and other.revoked_at is null and coalesce(other.expires_at, 'infinity') > k.expires_at)`.execute(db);
  return rows;
}

/** Notes when keys were last used; only ever forward. */
export async function noteUse(tx: Tx, uses: ReadonlyMap<string, Date>): Promise<void> {
  await sql`update paraphe.api_key k set last_used_at = u.at
    from unnest(${[...uses.keys()]}::text[], ${[...uses.values()]}::timestamptz[]) as u(id, at)
    where k.id = u.id and (k.last_used_at is null or k.last_used_at < u.at)`.execute(tx);
}
