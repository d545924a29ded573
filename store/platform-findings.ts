import type { DetailedSignatory, PlatformLogEntry } from '../domain/platform.js';
import { open, seal, type Vault } from '../runtime/vault.js';
import type { Database, Tx } from './database.js';
import { contractKey, openPersonal, sealPersonal } from './personal.js';

/** Whether another contract of ours is known by this id on the platform. */
export async function isAnothers(
  db: Database,
  { contractId, platformId }: { contractId: string; platformId: string },
): Promise<boolean> {
  const other = await db
    .selectFrom('paraphe.contract as other')
    .innerJoin('paraphe.contract as mine', 'mine.connection_id', 'other.connection_id')
    .select('other.id')
    .where('mine.id', '=', contractId)
    .where('other.platform_id', '=', platformId)
    .where('other.id', '!=', contractId)
    .executeTakeFirst();
  return other !== undefined;
}

const context = (contractId: string): string => `${contractId}:log`;

/** Keeps the platform's audit trail as last retrieved, sealed: it may name persons. */
export async function keepPlatformLog(
  db: Database,
  vault: Vault,
  contractId: string,
  log: PlatformLogEntry[],
  at: Date,
): Promise<void> {
  const key = await contractKey(db, vault, contractId);
  const sealed = seal(key, Buffer.from(JSON.stringify(log)), context(contractId));
  const { client_id } = await db
    .selectFrom('paraphe.contract')
    .select('client_id')
    .where('id', '=', contractId)
    .executeTakeFirstOrThrow();
  await db
    .insertInto('personal.platform_log')
    .values({ contract_id: contractId, client_id, sealed, retrieved_at: at })
    .onConflict((conflict) => conflict.column('contract_id').doUpdateSet({ sealed, retrieved_at: at }))
    .execute();
}

/** The platform's audit trail of a contract as last retrieved, or null. */
export async function readPlatformLog(
  db: Database | Tx,
  vault: Vault,
  contractId: string,
): Promise<{ log: PlatformLogEntry[]; retrievedAt: Date } | null> {
  const row = await db
    .selectFrom('personal.platform_log')
    .select(['sealed', 'retrieved_at'])
    .where('contract_id', '=', contractId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const plain = open(await contractKey(db, vault, contractId), row.sealed, context(contractId));
  return { log: JSON.parse(plain.toString()) as PlatformLogEntry[], retrievedAt: row.retrieved_at };
}

/** Takes over mobile numbers that were completed on the platform's site; signatories come in the order of creation. */
export async function keepMobiles(
  db: Database,
  vault: Vault,
  contractId: string,
  seen: Pick<DetailedSignatory, 'mobile'>[],
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('personal.contract_data')
      .select(['wrapped_key', 'sealed'])
      .where('contract_id', '=', contractId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (row.wrapped_key === null || row.sealed === null) return;
    const key = vault.unwrap(row.wrapped_key, contractId);
    const personal = openPersonal(key, contractId, row.sealed);
    let changed = false;
    for (const [index, signatory] of personal.signatories.entries()) {
      const mobile = seen[index]?.mobile;
      if (mobile == null || mobile === signatory.mobile) continue;
      signatory.mobile = mobile;
      changed = true;
    }
    if (!changed) return;
    const sealed = sealPersonal(key, contractId, personal);
    await tx
      .updateTable('personal.contract_data')
      .set({ sealed })
      .where('contract_id', '=', contractId)
      .execute();
  });
}
