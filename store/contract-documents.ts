import { sql } from 'kysely';
import type { Vault } from '../runtime/vault.js';
import type { Database, Tx } from './database.js';
import { contractKey, openDocument } from './personal.js';

/**
 * A deposited document of a contract, or null when the transaction's client has none such.
 * @throws Erased when the contract's data were erased
 */
export async function readDocument(
  tx: Tx,
  vault: Vault,
  contractId: string,
  documentId: string,
): Promise<{ content: Buffer; sha256: string } | null> {
  const row = await tx
    .selectFrom('personal.document_content')
    .select(['sealed', 'sha256'])
    .where('document_id', '=', documentId)
    .where('contract_id', '=', contractId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const key = await contractKey(tx, vault, contractId);
  return { content: openDocument(key, documentId, row.sealed), sha256: row.sha256 };
}

const PIECE = 2 * 1024 * 1024;

/**
 * The sealed bytes of a deposited document, read in pieces: the driver gets bytes as hexadecimal text, twice as large.
 * @throws Error when there is no such document
 */
export async function readSealedDocument(db: Database, documentId: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for (;;) {
    const row = await db
      .selectFrom('personal.document_content')
      .select(sql<Buffer>`substring(sealed from ${size + 1}::int for ${PIECE}::int)`.as('piece'))
      .where('document_id', '=', documentId)
      .executeTakeFirstOrThrow();
    pieces.push(row.piece);
    size += row.piece.length;
    if (row.piece.length < PIECE) return Buffer.concat(pieces, size);
  }
}
