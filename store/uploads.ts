import { sql } from 'kysely';
import { newId } from '../runtime/ids.js';
import type { Vault } from '../runtime/vault.js';
import { readDeposited } from './contract-documents.js';
import type { Database, Tx } from './database.js';
import { sealDocument } from './personal.js';

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
    .select(['wrapped_key', 'sha256', 'pages'])
    .where('document_id', '=', id)
    .where('contract_id', 'is', null)
    .executeTakeFirst();
  if (row?.wrapped_key == null) return null;
  const content = await readDeposited(tx, vault.unwrap(row.wrapped_key, id), id);
  return { content, sha256: row.sha256, pages: row.pages };
}

/** Removes PDFs that were uploaded before a time, at most so many, and writes down which. @returns how many */
export async function removeUploadsBefore(
  db: Database,
  { before, now, limit }: { before: Date; now: Date; limit: number },
): Promise<number> {
  const { rows } = await sql`
    with due as (
      select document_id from personal.document_content
      where contract_id is null and created_at < ${before} order by created_at limit ${limit}
    ), removed as (
      delete from personal.document_content d using due where d.document_id = due.document_id
      returning d.document_id, d.client_id
    )
    insert into paraphe.journal (at, client_id, actor, action, object, outcome)
    select ${now}, client_id, 'system', 'purge', document_id, 'removed' from removed returning id`.execute(
    db,
  );
  return rows.length;
}
