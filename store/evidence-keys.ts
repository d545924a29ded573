import { sql } from 'kysely';
import type { Vault } from '../runtime/vault.js';
import type { Database } from './database.js';

const PURPOSE = 'evidence keys';
/** Whoever makes the first key holds this lock, so that there is one. */
const LOCK = 7_034_116;

export interface EvidenceKey {
  id: string;
  /** PEM. */
  publicKey: string;
  privateKey: string;
}

/**
 * The key that signs manifests and anchors now; makes the first one when there is none (the worker's role).
 * @param make a new pair, PEM
 */
export async function evidenceKey(
  db: Database,
  vault: Vault,
  make: () => { privateKey: string; publicKey: string },
  now: Date,
): Promise<EvidenceKey> {
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
    const row = await tx
      .selectFrom('paraphe.evidence_key')
      .select(['id', 'public_key', 'sealed'])
      .orderBy('valid_from', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) {
      const privateKey = vault.openFor(PURPOSE, row.sealed, row.id).toString();
      return { id: row.id, publicKey: row.public_key, privateKey };
    }
    const pair = make();
    const id = `ek_${now.getTime().toString(36)}`;
    const sealed = vault.sealFor(PURPOSE, Buffer.from(pair.privateKey), id);
    await tx
      .insertInto('paraphe.evidence_key')
      .values({ id, public_key: pair.publicKey, sealed, valid_from: now })
      .execute();
    return { id, ...pair };
  });
}

/** The public halves of all keys that ever signed evidence, oldest first. */
export function listEvidenceKeys(
  db: Database,
): Promise<{ id: string; public_key: string; valid_from: Date }[]> {
  return db
    .selectFrom('paraphe.evidence_key')
    .select(['id', 'public_key', 'valid_from'])
    .orderBy('valid_from')
    .execute();
}
