import { sql } from 'kysely';
import { DEFAULT_RETENTION_DAYS } from '../domain/evidence/manifest.js';
import type { Database, Tx } from './database.js';

/** What stays of a contract once it is purged: no person, no content. */
export interface PurgeReceipt {
  contractId: string;
  reason: 'retention' | 'received';
  status: string;
  completedAt: string | null;
  purgedAt: string;
  documents: {
    id: string;
    sha256: string;
    signed: { sha256: string; verification: string } | null;
  }[];
  /** Of the evidence, whose manifest, signature and timestamp stay. */
  manifestSha256: string | null;
  removed: { archived: number; documents: number; reports: number; logs: number };
}

export interface Retention {
  receivedAt: Date | null;
  purgedAt: Date | null;
  receipt: PurgeReceipt | null;
}

export async function readRetention(tx: Database | Tx, contractId: string): Promise<Retention | null> {
  const row = await tx
    .selectFrom('paraphe.retention')
    .select(['received_at', 'purged_at', 'receipt'])
    .where('contract_id', '=', contractId)
    .executeTakeFirst();
  if (row === undefined) return null;
  const { received_at: receivedAt, purged_at: purgedAt } = row;
  return { receivedAt, purgedAt, receipt: row.receipt as PurgeReceipt | null };
}

/** Notes that the client has its copy; again changes nothing. */
export async function noteReceived(
  tx: Tx,
  { contractId, clientId, at }: { contractId: string; clientId: string; at: Date },
): Promise<void> {
  await tx
    .insertInto('paraphe.retention')
    .values({ contract_id: contractId, client_id: clientId, received_at: at })
    .onConflict((conflict) =>
      conflict
        .column('contract_id')
        .doUpdateSet({ received_at: at })
        .where('paraphe.retention.received_at', 'is', null),
    )
    .execute();
}

/**
 * Contracts that are over and whose time has come: their client has its copy, or its time to keep them has passed.
 * A draft that still lies on the platform is waited for.
 */
export async function dueForPurge(db: Database, now: Date, limit: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select c.id from paraphe.contract c
    join paraphe.client client on client.id = c.client_id
    left join paraphe.retention r on r.contract_id = c.id
    where c.status in ('completed', 'cancelled', 'expired', 'rejected')
      and not coalesce((c.state->>'draftLeftBehind')::boolean, false)
      and c.purged_at is null and r.purged_at is null
      and (r.received_at is not null
        or coalesce((c.state->>'completedAt')::timestamptz, c.updated_at)
          + make_interval(days => coalesce((client.settings->>'retentionDays')::int, ${DEFAULT_RETENTION_DAYS})) <= ${now})
    order by c.updated_at limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
}

/** Destroys the key and everything sealed with it, and what the client worded; the state, the proof and the journal stay. */
export async function eraseContract(
  tx: Tx,
  contractId: string,
): Promise<{ documents: number; reports: number; logs: number }> {
  const erase = async (
    table: 'personal.document_content' | 'personal.verification_report' | 'personal.platform_log',
  ): Promise<number> => {
    const { numDeletedRows } = await tx
      .deleteFrom(table)
      .where('contract_id', '=', contractId)
      .executeTakeFirst();
    return Number(numDeletedRows);
  };
  await tx
    .updateTable('personal.contract_data')
    .set({ wrapped_key: null, sealed: null })
    .where('contract_id', '=', contractId)
    .execute();
  await tx
    .updateTable('paraphe.contract')
    .set({ metadata: '{}', signatory_references: '{}', asked_reason: null })
    .where('id', '=', contractId)
    .execute();
  return {
    documents: await erase('personal.document_content'),
    reports: await erase('personal.verification_report'),
    logs: await erase('personal.platform_log'),
  };
}

/** Writes down that a contract was purged. */
export async function notePurged(tx: Tx, clientId: string, receipt: PurgeReceipt): Promise<void> {
  const purged = { purged_at: receipt.purgedAt, receipt: JSON.stringify(receipt) };
  await tx
    .updateTable('paraphe.contract')
    .set({ purged_at: receipt.purgedAt })
    .where('id', '=', receipt.contractId)
    .execute();
  await tx
    .insertInto('paraphe.retention')
    .values({ contract_id: receipt.contractId, client_id: clientId, ...purged })
    .onConflict((conflict) => conflict.column('contract_id').doUpdateSet(purged))
    .execute();
}
