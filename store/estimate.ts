import { sql } from 'kysely';
import { createPublishingPlan } from '../domain/quota/publishing-plan.js';
import type { Connection } from './connections.js';
import type { Database, Tx } from './database.js';
import { callsInWindow } from './platform-calls.js';

/** Without a quota, or with slots to spare, a contract is published within this time of being accepted. */
const SOON_MS = 60_000;

/** A contract that waits, or is about to be accepted, to be published. */
export interface Publishing {
  id: string;
  deadline: Date;
}

/**
 * When each of these contracts will be published, in one calculation for all: the most urgent of the queue first, as
 * the quota lets them (api.md, `estimate.publishBy`). Those that are not stored yet count as queued with the others
 * given here, but for one that can't be published before its own deadline: it will not be accepted, and takes no slot.
 * @param db as the worker or an operator: the queue is shared by all clients
 */
export async function estimatePublishing(
  db: Database | Tx,
  connection: Connection,
  contracts: Publishing[],
  now: Date,
): Promise<Map<string, Date>> {
  const soon = now.getTime() + SOON_MS;
  if (connection.dailyQuota === null) return new Map(contracts.map(({ id }) => [id, new Date(soon)]));
  const given = new Set(contracts.map((contract) => contract.id));
  const queued = (await publishingQueue(db, connection.id)).filter((contract) => !given.has(contract.id));
  const calls = await callsInWindow(db, connection.id, now);
  const plan = createPublishingPlan(calls, connection.dailyQuota, now.getTime());
  const dates = new Map<string, Date>();
  for (const { id, deadline } of [...queued, ...contracts].sort(byUrgency)) {
    const at = Math.max(soon, plan.next());
    if (given.has(id)) dates.set(id, new Date(at));
    if (at === soon || at < deadline.getTime() || !given.has(id)) plan.take();
  }
  return dates;
}

/** As `rankInQueue` orders them. */
function byUrgency(a: Publishing, b: Publishing): number {
  return a.deadline.getTime() - b.deadline.getTime() || (a.id < b.id ? -1 : 1);
}

async function publishingQueue(db: Database | Tx, connectionId: string): Promise<Publishing[]> {
  const { rows } = await sql<Publishing>`
    select c.id, c.deadline from paraphe.contract c
    where c.connection_id = ${connectionId} and c.status = 'accepted'
      and not exists (select 1 from paraphe.platform_call p where p.intent = 'create:' || c.id collate "default"
        and (p.outcome is null or p.outcome in ('done', 'unknown')))`.execute(db);
  return rows;
}
