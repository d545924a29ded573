import type { Database } from './database.js';

export interface ArchivedDocument {
  contractId: string;
  documentId: string;
  sha256: string;
}

/** Archived documents that were not looked at since a time, the longest unseen first. */
export async function nextToCheck(db: Database, before: Date, limit: number): Promise<ArchivedDocument[]> {
  return db
    .selectFrom('personal.verification_report')
    .select(['contract_id as contractId', 'document_id as documentId', 'sha256'])
    .where('kept', '=', 'archived')
    .where((eb) => eb.or([eb('checked_at', 'is', null), eb('checked_at', '<', before)]))
    .orderBy('checked_at', (order) => order.asc().nullsFirst())
    .limit(limit)
    .execute();
}

/** Notes what a look at a document showed; null: it is well. */
export async function noteArchiveCheck(
  db: Database,
  { contractId, documentId }: ArchivedDocument,
  key: string,
  kind: 'missing' | 'damaged' | null,
  at: Date,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await tx
      .updateTable('personal.verification_report')
      .set({ checked_at: at })
      .where('document_id', '=', documentId)
      .execute();
    if (kind === null) {
      await tx.deleteFrom('paraphe.archive_fault').where('key', '=', key).execute();
      return;
    }
    await tx
      .insertInto('paraphe.archive_fault')
      .values({ key, contract_id: contractId, kind, found_at: at })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ kind }))
      .execute();
  });
}
