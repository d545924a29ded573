import { sql } from 'kysely';
import type { Tx } from './database.js';

export interface PlannedOutage {
  from: Date;
  to: Date;
  reason: string;
}

/** Outages that are announced and not over, the next first. */
export async function readPlannedOutages(tx: Tx, now: Date): Promise<PlannedOutage[]> {
  const { rows } = await sql<PlannedOutage>`
    select starts_at as "from", ends_at as "to", reason from paraphe.planned_outage
    where ends_at > ${now} order by starts_at, id limit 20`.execute(tx);
  return rows;
}

/** Replaces what was announced, so that announcing twice changes nothing and an empty list withdraws all. */
export async function writePlannedOutages(tx: Tx, outages: PlannedOutage[]): Promise<void> {
  await sql`delete from paraphe.planned_outage`.execute(tx);
  for (const { from, to, reason } of outages)
    await sql`insert into paraphe.planned_outage (starts_at, ends_at, reason) values (${from}, ${to}, ${reason})`.execute(
      tx,
    );
}
