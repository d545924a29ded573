import { sql } from 'kysely';
import { createOpener, type Opener, type Vault } from '../runtime/vault.js';
import type { Database, Tx } from './database.js';
import { contractKey } from './personal.js';

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
    .select('sha256')
    .where('document_id', '=', documentId)
    .where('contract_id', '=', contractId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const key = await contractKey(tx, vault, contractId);
  return { content: await readDeposited(tx, key, documentId), sha256: row.sha256 };
}

const PIECE = 2 * 1024 * 1024;

/**
 * A deposited document, opened while it is read in pieces: the driver gets bytes as hexadecimal text, twice as large.
 * @param key its contract's, or its own where it was uploaded ahead
 * @throws Error when there is no such document, or it does not open
 */
export async function readDeposited(db: Database | Tx, key: Buffer, documentId: string): Promise<Buffer> {
  let opener: Opener | null = null;
  for (let read = 0; ;) {
    const row = await db
      .selectFrom('personal.document_content')
      .select([
        sql<Buffer>`substring(sealed from ${read + 1}::int for ${PIECE}::int)`.as('piece'),
        sql<number>`octet_length(sealed)`.as('length'),
      ])
      .where('document_id', '=', documentId)
      .executeTakeFirstOrThrow();
    opener ??= createOpener(key, documentId, row.length);
    opener.write(row.piece);
    read += row.piece.length;
    if (row.piece.length < PIECE) return opener.end();
  }
}
