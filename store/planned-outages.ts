import { sql } from 'kysely';
import { accountEventData } from '../domain/account-events.js';
import type { Environment } from '../domain/contract/state.js';
import { recordAccountEvent } from './account-events.js';
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

/**
 * Replaces what was announced, so that announcing twice changes nothing and an empty list withdraws all. Every client
 * is told by an event that holds the whole list, unless it stayed as it was.
 * @returns what is announced now
 */
export async function announceOutages(
  tx: Tx,
  outages: PlannedOutage[],
  { environment, now }: { environment: Environment; now: Date },
): Promise<PlannedOutage[]> {
  const before = await readPlannedOutages(tx, now);
  await writePlannedOutages(tx, outages);
  const plannedOutages = await readPlannedOutages(tx, now);
  if (JSON.stringify(plannedOutages) === JSON.stringify(before)) return plannedOutages;
  const data = accountEventData.outages(
    plannedOutages.map(({ from, to, reason }) => ({
      from: from.toISOString(),
      to: to.toISOString(),
      reason,
    })),
  );
  const clients = await tx.selectFrom('paraphe.client').select('id').where('status', '=', 'active').execute();
  for (const { id: clientId } of clients)
    await recordAccountEvent(tx, {
      clientId,
      type: 'service.outages_planned',
      environment,
      data,
      occurredAt: now,
    });
  return plannedOutages;
}

async function writePlannedOutages(tx: Tx, outages: PlannedOutage[]): Promise<void> {
  await sql`delete from paraphe.planned_outage`.execute(tx);
  for (const { from, to, reason } of outages)
    await sql`insert into paraphe.planned_outage (starts_at, ends_at, reason) values (${from}, ${to}, ${reason})`.execute(
      tx,
    );
}
