import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { SigningKeyPeriod } from '../domain/webhooks/key-document.js';
import type { Vault } from '../runtime/vault.js';
import { createSigningKey } from '../runtime/webhook-keys.js';
import type { Database, Tx } from './database.js';

const PURPOSE = 'webhook signing keys';
/** Whoever makes a key holds this lock, so that there is one first key, and one newest. */
const LOCK = 7_034_114;

/** A key that signs, until a time where one is set. */
export interface SigningKey {
  id: string;
  privateKey: string;
  until: Date | null;
}

/** The public halves of all keys that ever signed webhooks. */
export async function listSigningKeys(db: Database | Tx): Promise<SigningKeyPeriod[]> {
  const rows = await db
    .selectFrom('paraphe.webhook_signing_key')
    .select(['id', 'public_key', 'valid_from', 'valid_until'])
    .execute();
  return rows.map((row) => ({
    id: row.id,
    publicKey: row.public_key,
    from: row.valid_from,
    until: row.valid_until,
  }));
}

/** The private keys in force, newest first; makes the first one when there is none (the worker's role). */
export async function signingKeys(db: Database, vault: Vault, now: Date): Promise<SigningKey[]> {
  return db.transaction().execute(async (tx) => {
    await lock(tx);
    const rows = await tx
      .selectFrom('paraphe.webhook_signing_key')
      .select(['id', 'sealed', 'valid_until'])
      .where((where) => where.or([where('valid_until', 'is', null), where('valid_until', '>', now)]))
      .orderBy('valid_from', 'desc')
      .execute();
    if (rows.length === 0) return [await insertKey(tx, vault, now)];
    return rows.map(({ id, sealed, valid_until: until }) => {
      return { id, privateKey: vault.openFor(PURPOSE, sealed, id).toString(), until };
    });
  });
}

/** Makes a new key that signs from now on; the others sign beside it until `overlapEnd` at most. */
export async function rotateSigningKey(tx: Tx, vault: Vault, now: Date, overlapEnd: Date): Promise<void> {
  await lock(tx);
  await tx
    .updateTable('paraphe.webhook_signing_key')
    .set({ valid_until: overlapEnd })
    .where((where) => where.or([where('valid_until', 'is', null), where('valid_until', '>', overlapEnd)]))
    .execute();
  await insertKey(tx, vault, now);
}

async function insertKey(tx: Tx, vault: Vault, now: Date): Promise<SigningKey> {
  const { privateKey, publicKey } = createSigningKey();
  const id = `wk_${now.getTime().toString(36)}${randomBytes(2).toString('hex')}`;
  const sealed = vault.sealFor(PURPOSE, Buffer.from(privateKey), id);
  const row = { id, public_key: publicKey, sealed, valid_from: now };
  await tx.insertInto('paraphe.webhook_signing_key').values(row).execute();
  return { id, privateKey, until: null };
}

async function lock(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
}
