import type { SignedDocument } from '../domain/contract/facts.js';
import { open, seal, type Vault } from '../runtime/vault.js';
import type { Database, Tx } from './database.js';
import { writeJournal } from './journal.js';
import { contractKey } from './personal.js';

/** A verification as it is kept: the verdict in the open, the report, which may name persons, sealed. */
export interface KeptReport {
  contractId: string;
  clientId: string;
  document: SignedDocument;
  kept: 'archived' | 'apart';
  /** What was asked of the verification and what it found; JSON. */
  report: object;
  verifiedAt: Date;
}

const context = (documentId: string): string => `${documentId}:report`;

/** Keeps the newest report of a document, and writes its verdict into the journal when it is news. */
export async function keepReport(db: Database, dataKey: Buffer, kept: KeptReport): Promise<void> {
  const { contractId, clientId, document, verifiedAt } = kept;
  const { sha256, size, verification } = document;
  if (verification === 'pending') throw new Error('a pending verification has no report');
  const sealed = seal(dataKey, Buffer.from(JSON.stringify(kept.report)), context(document.id));
  const values = { sha256, size, verification, kept: kept.kept, sealed, verified_at: verifiedAt };
  await db.transaction().execute(async (tx) => {
    const before = await tx
      .selectFrom('personal.verification_report')
      .select(['sha256', 'verification'])
      .where('document_id', '=', document.id)
      .forUpdate()
      .executeTakeFirst();
    await tx
      .insertInto('personal.verification_report')
      .values({ document_id: document.id, client_id: clientId, contract_id: contractId, ...values })
      .onConflict((conflict) => conflict.column('document_id').doUpdateSet(values))
      .execute();
    if (before?.sha256 === sha256 && before.verification === verification) return;
    const detail = { sha256, size, kept: kept.kept };
    await writeJournal(tx, {
      at: verifiedAt,
      clientId,
      actor: 'system',
      action: 'retrieve',
      object: `${contractId}/${document.id}`,
      outcome: verification,
      detail,
    });
  });
}

export interface ReadReport {
  documentId: string;
  sha256: string;
  size: number;
  verification: 'passed' | 'indeterminate' | 'failed';
  kept: 'archived' | 'apart';
  verifiedAt: Date;
  report: object;
}

/** The newest report of each document of a contract. @throws Erased */
export async function readReports(
  db: Database | Tx,
  vault: Vault,
  contractId: string,
): Promise<ReadReport[]> {
  const key = await contractKey(db, vault, contractId);
  const rows = await db
    .selectFrom('personal.verification_report')
    .selectAll()
    .where('contract_id', '=', contractId)
    .orderBy('document_id')
    .execute();
  return rows.map((row) => ({
    documentId: row.document_id,
    sha256: row.sha256,
    size: row.size,
    verification: row.verification,
    kept: row.kept,
    verifiedAt: row.verified_at,
    report: JSON.parse(open(key, row.sealed, context(row.document_id)).toString()) as object,
  }));
}

/** When a document was retrieved and verified last, RFC 3339; null: never. */
export async function readVerifiedAt(tx: Tx, documentId: string): Promise<string | null> {
  const row = await tx
    .selectFrom('personal.verification_report')
    .select('verified_at')
    .where('document_id', '=', documentId)
    .executeTakeFirst();
  return row?.verified_at.toISOString() ?? null;
}
