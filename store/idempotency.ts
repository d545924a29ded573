import { sql, type Updateable } from 'kysely';
import { open, seal, type Vault } from '../runtime/vault.js';
import type { Database, Tx } from './database.js';
import type { Tables } from './tables.js';
import { contractKey } from './personal.js';

/** Outcomes are kept this long. */
const KEEP_DAYS = 7;

/** What a request is known by: one client, one concrete path, the key that the client chose. */
export interface RequestKey {
  clientId: string;
  path: string;
  key: string;
}

/** The outcome of an earlier request with the same key, sealed. */
export interface KeptAnswer {
  status: number;
  fingerprint: Buffer;
  sealed: Buffer;
  headers: Record<string, string>;
  /** The contract whose data key sealed it; null: the master key. */
  contractId: string | null;
}

/** `since` is when the key was first used, of late; `attempt` counts earlier outcomes that were not kept. */
export type Claim =
  { type: 'mine'; since: Date; attempt: number } | { type: 'kept'; kept: KeptAnswer } | { type: 'reused' };

const context = (key: RequestKey): string => JSON.stringify([key.clientId, key.path, key.key]);

/**
 * Claims a request key. Waits while another transaction holds it. `reused`: an earlier request whose outcome is
 * not known (its process died) had another body.
 */
export async function claimRequest(tx: Tx, key: RequestKey, fingerprint: Buffer, now: Date): Promise<Claim> {
  const inserted = await tx
    .insertInto('paraphe.idempotency')
    .values({ client_id: key.clientId, path: key.path, key: key.key, fingerprint, created_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(['client_id', 'path', 'key'])
        .doUpdateSet({
          fingerprint,
          status: null,
          sealed: null,
          headers: null,
          contract_id: null,
          attempt: 0,
          created_at: now,
        })
        .where(sql<boolean>`idempotency.created_at < ${now}::timestamptz - ${`${KEEP_DAYS} days`}::interval`),
    )
    .returning(['created_at', 'attempt'])
    .executeTakeFirst();
  if (inserted !== undefined) return { type: 'mine', since: inserted.created_at, attempt: inserted.attempt };
  return takeOver(tx, key, fingerprint);
}

async function takeOver(tx: Tx, key: RequestKey, fingerprint: Buffer): Promise<Claim> {
  const row = await rowOf(tx, key).forUpdate().executeTakeFirstOrThrow();
  if (row.status !== null) return { type: 'kept', kept: keptOf(row, row.status) };
  // Empty: the last outcome was not kept, so any body may follow.
  if (row.fingerprint.length > 0 && !row.fingerprint.equals(fingerprint)) return { type: 'reused' };
  await update(tx, key, { fingerprint });
  return { type: 'mine', since: row.created_at, attempt: row.attempt };
}

/** What an earlier request with this key left, or null. */
export async function findKept(tx: Tx, key: RequestKey): Promise<KeptAnswer | null> {
  const row = await rowOf(tx, key)
    .where(sql<boolean>`created_at >= now() - ${`${KEEP_DAYS} days`}::interval`)
    .executeTakeFirst();
  return row === undefined || row.status === null ? null : keptOf(row, row.status);
}

/** Those of a client's keys on a path that left an outcome, in one look. */
export async function keptKeys(
  tx: Tx,
  clientId: string,
  path: string,
  keys: string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ key: string }>`
    select key from paraphe.idempotency
    where client_id = ${clientId} and path = ${path} and key = any(${keys}) and status is not null
      and created_at >= now() - ${`${KEEP_DAYS} days`}::interval`.execute(tx);
  return new Set(rows.map((row) => row.key));
}

/** Keeps an outcome; `contractId` when its body is about that contract's persons. */
export async function keepAnswer(
  tx: Tx,
  vault: Vault,
  key: RequestKey,
  answer: { status: number; headers: Record<string, string>; body: string; contractId: string | null },
): Promise<void> {
  const dataKey = answer.contractId === null ? null : await contractKey(tx, vault, answer.contractId);
  await update(tx, key, {
    status: answer.status,
    headers: JSON.stringify(answer.headers),
    contract_id: answer.contractId,
    sealed: sealAnswer(vault, dataKey, key, answer.body),
  });
}

/** The outcome is not one that is kept: the next request with this key is a new attempt. */
export async function forgetAnswer(tx: Tx, key: RequestKey, attempt: number): Promise<void> {
  await update(tx, key, { fingerprint: Buffer.alloc(0), attempt: attempt + 1 });
}

/** @param dataKey the contract's, or null for the master's */
export function sealAnswer(vault: Vault, dataKey: Buffer | null, key: RequestKey, body: string): Buffer {
  const plain = Buffer.from(body);
  return dataKey === null
    ? vault.sealFor('kept answers', plain, context(key))
    : seal(dataKey, plain, context(key));
}

/** @throws Erased when the contract's data were erased meanwhile */
export async function openAnswer(tx: Tx, vault: Vault, key: RequestKey, kept: KeptAnswer): Promise<string> {
  if (kept.contractId === null) return vault.openFor('kept answers', kept.sealed, context(key)).toString();
  return open(await contractKey(tx, vault, kept.contractId), kept.sealed, context(key)).toString();
}

interface Row {
  fingerprint: Buffer;
  sealed: Buffer | null;
  headers: Record<string, string> | null;
  contract_id: string | null;
}

function keptOf(row: Row, status: number): KeptAnswer {
  return {
    status,
    fingerprint: row.fingerprint,
    sealed: row.sealed ?? Buffer.alloc(0),
    headers: row.headers ?? {},
    contractId: row.contract_id,
  };
}

function rowOf(tx: Tx, key: RequestKey) {
  return tx
    .selectFrom('paraphe.idempotency')
    .select(['status', 'fingerprint', 'sealed', 'headers', 'contract_id', 'attempt', 'created_at'])
    .where('client_id', '=', key.clientId)
    .where('path', '=', key.path)
    .where('key', '=', key.key);
}

async function update(
  tx: Tx,
  key: RequestKey,
  values: Updateable<Tables['paraphe.idempotency']>,
): Promise<void> {
  await tx
    .updateTable('paraphe.idempotency')
    .set(values)
    .where('client_id', '=', key.clientId)
    .where('path', '=', key.path)
    .where('key', '=', key.key)
    .execute();
}

/** Removes outcomes that are no longer kept (api.md, *Idempotency*), at most so many. @returns how many */
export async function forgetOutcomes(db: Database, now: Date, limit: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from paraphe.idempotency where ctid = any(array(
      select ctid from paraphe.idempotency
      where created_at < ${now}::timestamptz - ${`${KEEP_DAYS} days`}::interval limit ${limit}))`.execute(db);
  return Number(numAffectedRows ?? 0n);
}
