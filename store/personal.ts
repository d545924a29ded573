import type { ContractPersonal } from '../domain/personal.js';
import { open, seal, type Vault } from '../runtime/vault.js';
import type { Tx, Database } from './database.js';

/** The contract's personal data are gone: its key was destroyed. */
export class Erased extends Error {
  override readonly name = 'Erased';
}

/** Seals the personal fields for `personal.contract_data`. */
export function sealPersonal(key: Buffer, contractId: string, personal: ContractPersonal): Buffer {
  return seal(key, Buffer.from(JSON.stringify(personal)), `${contractId}:fields`);
}

/** Seals a document for `personal.document_content`. */
export function sealDocument(key: Buffer, documentId: string, content: Uint8Array): Buffer {
  return seal(key, content, documentId);
}

/** @throws Error when the key is another or the bytes were changed */
export function openPersonal(key: Buffer, contractId: string, sealed: Buffer): ContractPersonal {
  return JSON.parse(open(key, sealed, `${contractId}:fields`).toString()) as ContractPersonal;
}

/**
 * The data key of a contract.
 * @throws Erased when it was destroyed or never was
 */
export async function contractKey(db: Database | Tx, vault: Vault, contractId: string): Promise<Buffer> {
  const row = await db
    .selectFrom('personal.contract_data')
    .select('wrapped_key')
    .where('contract_id', '=', contractId)
    .executeTakeFirst();
  if (row?.wrapped_key == null) throw new Erased(`the data of ${contractId} were erased`);
  return vault.unwrap(row.wrapped_key, contractId);
}

/**
 * The personal fields of a contract.
 * @throws Erased when its key was destroyed
 */
export async function readPersonal(
  db: Database | Tx,
  vault: Vault,
  contractId: string,
): Promise<ContractPersonal> {
  const row = await db
    .selectFrom('personal.contract_data')
    .select(['wrapped_key', 'sealed'])
    .where('contract_id', '=', contractId)
    .executeTakeFirst();
  if (row?.wrapped_key == null || row.sealed === null)
    throw new Erased(`the data of ${contractId} were erased`);
  return openPersonal(vault.unwrap(row.wrapped_key, contractId), contractId, row.sealed);
}
