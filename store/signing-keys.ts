import { sql } from 'kysely';
import type { SigningKeyPeriod } from '../domain/webhooks/key-document.js';
import type { Vault } from '../runtime/vault.js';
import type { Database } from './database.js';

const PURPOSE = 'webhook signing keys';
/** Whoever makes the first key holds this lock, so that there is one. */
const LOCK = 7_034_114;

/** The public halves of all keys that ever signed webhooks. */
export async function listSigningKeys(db: Database): Promise<SigningKeyPeriod[]> {
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

/**
 * The private keys in force, newest first; makes the first one when there is none (the worker's role).
 * @param make a new pair, `whsk_…` and `whpk_…`
 */
export async function signingKeys(
  db: Database,
  vault: Vault,
  make: () => { privateKey: string; publicKey: string },
  now: Date,
): Promise<{ id: string; privateKey: string }[]> {
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
    const rows = await tx
      .selectFrom('paraphe.webhook_signing_key')
      .select(['id', 'sealed'])
      .where((where) => where.or([where('valid_until', 'is', null), where('valid_until', '>', now)]))
      .orderBy('valid_from', 'desc')
      .execute();
    if (rows.length > 0)
      return rows.map(({ id, sealed }) => ({
        id,
        privateKey: vault.openFor(PURPOSE, sealed, id).toString(),
      }));
    const pair = make();
    const id = `wk_${now.getTime().toString(36)}`;
    const sealed = vault.sealFor(PURPOSE, Buffer.from(pair.privateKey), id);
    await tx
      .insertInto('paraphe.webhook_signing_key')
      .values({ id, public_key: pair.publicKey, sealed, valid_from: now })
      .execute();
    return [{ id, privateKey: pair.privateKey }];
  });
}
