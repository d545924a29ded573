import type { Database, Tx } from './database.js';

export interface EvidenceRow {
  contract_id: string;
  client_id: string;
  manifest: string;
  signature: string;
  key_id: string;
  timestamp_token: Buffer | null;
  pack_sha256: string;
  made_at: Date;
}

/** The signed manifest of a contract's evidence and where its pack lies, with the public key (PEM). */
export function readEvidence(
  tx: Database | Tx,
  contractId: string,
): Promise<(EvidenceRow & { public_key: string }) | undefined> {
  return tx
    .selectFrom('paraphe.evidence as evidence')
    .innerJoin('paraphe.evidence_key as key', 'key.id', 'evidence.key_id')
    .selectAll('evidence')
    .select('key.public_key')
    .where('evidence.contract_id', '=', contractId)
    .executeTakeFirst();
}

/** Keeps the evidence; what was made again replaces what was there. */
export async function keepEvidence(db: Database, row: EvidenceRow): Promise<void> {
  await db
    .insertInto('paraphe.evidence')
    .values(row)
    .onConflict((conflict) => conflict.column('contract_id').doUpdateSet(row))
    .execute();
}

/**
 * Completed contracts that are still kept but have no evidence yet.
 * @param untimed those too whose evidence lacks its timestamp
 */
export async function unfinishedEvidence(
  db: Database,
  untimed: boolean,
  limit: number,
): Promise<{ contractId: string; manifest: string | null }[]> {
  return db
    .selectFrom('paraphe.contract as contract')
    .leftJoin('paraphe.evidence as evidence', 'evidence.contract_id', 'contract.id')
    .innerJoin('personal.contract_data as data', 'data.contract_id', 'contract.id')
    .select(['contract.id as contractId', 'evidence.manifest'])
    .where('contract.status', '=', 'completed')
    .where('contract.purged_at', 'is', null)
    .where('data.wrapped_key', 'is not', null)
    .where(untimed ? 'evidence.timestamp_token' : 'evidence.manifest', 'is', null)
    .orderBy('contract.updated_at')
    .limit(limit)
    .execute();
}

export async function keepTimestamp(db: Database, contractId: string, token: Buffer): Promise<void> {
  await db
    .updateTable('paraphe.evidence')
    .set({ timestamp_token: token })
    .where('contract_id', '=', contractId)
    .execute();
}
