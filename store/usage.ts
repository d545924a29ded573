import { sql } from 'kysely';
import type { Database, Tx } from './database.js';

export interface QuotaUse {
  used: number;
  /** When the oldest request leaves the window; null when there is none. */
  freesAt: Date | null;
}

/** Requests to the platform that count now: the last 24 hours, sliding. */
export async function readQuotaUse(db: Database | Tx, connectionId: string, now: Date): Promise<QuotaUse> {
  const { rows } = await sql<{ used: number; oldest: Date | null }>`
    select count(*)::int as used, min(at) as oldest from paraphe.platform_call
    where connection_id = ${connectionId} and counted and at > ${now}::timestamptz - interval '24 hours'`.execute(
    db,
  );
  const { used = 0, oldest = null } = rows[0] ?? {};
  return { used, freesAt: oldest === null ? null : new Date(oldest.getTime() + 86_400_000) };
}

export interface Usage {
  /** Journalled uses: reads and writes of data. */
  calls: number;
  contracts: number;
  events: number;
}

/** What the transaction's client did between two instants. */
export async function readUsage(tx: Tx, clientId: string, from: Date, to: Date): Promise<Usage> {
  const { rows } = await sql<Usage>`select
    (select count(*)::int from paraphe.journal where client_id = ${clientId} and at between ${from} and ${to}) as calls,
    (select count(*)::int from paraphe.contract where client_id = ${clientId} and created_at between ${from} and ${to})
      as contracts,
    (select count(*)::int from paraphe.event where client_id = ${clientId} and observed_at between ${from} and ${to})
      as events`.execute(tx);
  return rows[0] ?? { calls: 0, contracts: 0, events: 0 };
}
