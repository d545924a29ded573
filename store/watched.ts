import { sql } from 'kysely';
import type { Database } from './database.js';

/** A contract that the watch compares with the platform's list. */
export interface WatchedContract {
  id: string;
  status: string;
  platformId: string;
  createdAt: Date;
  seenStatus: string | null;
  seenUpdatedAt: string | null;
}

/** Contracts on the platform whose end is not known yet, and drafts that were left behind there. */
export async function watchedContracts(db: Database, connectionId: string): Promise<WatchedContract[]> {
  const rows = await db
    .selectFrom('paraphe.contract')
    .select(['id', 'status', 'platform_id', 'created_at', 'seen_status', 'seen_updated_at'])
    .where('connection_id', '=', connectionId)
    .where(
      sql<boolean>`(status in ('draft', 'open', 'attention')
      or (status in ('cancelled', 'expired') and (state->>'draftLeftBehind')::boolean))`,
    )
    .where('platform_id', 'is not', null)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    status: row.status,
    platformId: row.platform_id!,
    createdAt: row.created_at,
    seenStatus: row.seen_status,
    seenUpdatedAt: row.seen_updated_at,
  }));
}

/** The contract's workflow knows this much of the platform's list. */
export async function markSeen(
  db: Database,
  contractId: string,
  status: string,
  updatedAt: string | null,
): Promise<void> {
  await db
    .updateTable('paraphe.contract')
    .set({ seen_status: status, seen_updated_at: updatedAt })
    .where('id', '=', contractId)
    .execute();
}

/** Contracts that wait to be created. */
export async function queuedContracts(db: Database, connectionId: string): Promise<number> {
  const { count } = await db
    .selectFrom('paraphe.contract')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('connection_id', '=', connectionId)
    .where('status', '=', 'accepted')
    .executeTakeFirstOrThrow();
  return count;
}

/** Signatures of the last four weeks by hour of the day. @param timeZone of the connection */
export async function signaturesByHour(db: Database, timeZone: string, now: Date): Promise<number[]> {
  const from = new Date(now.getTime() - 28 * 24 * 3_600_000);
  const { rows } = await sql<{ hour: number; count: number }>`
    select extract(hour from occurred_at at time zone ${timeZone})::int as hour, count(*) as count
    from paraphe.event where type = 'signatory.signed' and occurred_at > ${from} group by 1`.execute(db);
  const counts = Array.from({ length: 24 }, () => 0);
  for (const { hour, count } of rows) counts[hour] = count;
  return counts;
}
