import type { Vault } from '../runtime/vault.js';
import type { Tx } from './database.js';
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
