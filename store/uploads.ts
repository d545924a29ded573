import { newId } from '../runtime/ids.js';
import type { Vault } from '../runtime/vault.js';
import type { Tx } from './database.js';
import { openDocument, sealDocument } from './personal.js';

export interface Upload {
  content: Buffer;
  sha256: string;
  pages: number;
}

/** Keeps a PDF ahead of its contract, sealed with a key of its own. @returns its id */
export async function storeUpload(
  tx: Tx,
  vault: Vault,
  clientId: string,
  upload: Upload,
  now: Date,
): Promise<string> {
  const id = newId('doc');
  const { key, wrapped } = vault.newKey(id);
  await tx
    .insertInto('personal.document_content')
    .values({
      document_id: id,
      client_id: clientId,
      contract_id: null,
      wrapped_key: wrapped,
      sealed: sealDocument(key, id, upload.content),
      sha256: upload.sha256,
      size: upload.content.length,
      pages: upload.pages,
      created_at: now,
    })
    .execute();
  return id;
}

/** A PDF uploaded before, or null when the transaction's client has none with this id. */
export async function readUpload(tx: Tx, vault: Vault, id: string): Promise<Upload | null> {
  const row = await tx
    .selectFrom('personal.document_content')
    .select(['wrapped_key', 'sealed', 'sha256', 'pages'])
    .where('document_id', '=', id)
    .where('contract_id', 'is', null)
    .executeTakeFirst();
  if (row?.wrapped_key == null) return null;
  const content = openDocument(vault.unwrap(row.wrapped_key, id), id, row.sealed);
  return { content, sha256: row.sha256, pages: row.pages };
}
