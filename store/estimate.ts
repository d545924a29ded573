import { sql } from 'kysely';
import { publishingPlan } from '../domain/quota/publishing-plan.js';
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
 * When each of these contracts will be published: the most urgent of the queue first, as the quota lets them
 * (api.md, `estimate.publishBy`). Those that are not stored yet count as queued with the others given here.
 * @param db as the worker or an operator: the queue is shared by all clients
 */
export async function estimatePublishing(
  db: Database | Tx,
  connection: Connection,
  contracts: Publishing[],
  now: Date,
): Promise<Map<string, Date>> {
  const soon = new Date(now.getTime() + SOON_MS);
  if (connection.dailyQuota === null) return new Map(contracts.map(({ id }) => [id, soon]));
  const given = new Set(contracts.map((contract) => contract.id));
  const queued = (await publishingQueue(db, connection.id)).filter((contract) => !given.has(contract.id));
  const queue = [...queued, ...contracts].sort(byUrgency);
  const calls = await callsInWindow(db, connection.id, now);
  const plan = publishingPlan(calls, connection.dailyQuota, queue.length, now.getTime());
  const dates = queue.map((contract, rank): [string, Date] => {
    const slot = plan[rank] ?? now.getTime();
    return [contract.id, slot <= soon.getTime() ? soon : new Date(slot)];
  });
  return new Map(dates.filter(([id]) => given.has(id)));
}

/** As `rankInQueue` orders them. */
function byUrgency(a: Publishing, b: Publishing): number {
  return a.deadline.getTime() - b.deadline.getTime() || (a.id < b.id ? -1 : 1);
}

async function publishingQueue(db: Database | Tx, connectionId: string): Promise<Publishing[]> {
  const { rows } = await sql<Publishing>`
    select c.id, c.deadline from paraphe.contract c
    where c.connection_id = ${connectionId} and c.status = 'accepted'
      and not exists (select 1 from paraphe.platform_call p where p.intent = 'create:' || c.id
        and (p.outcome is null or p.outcome in ('done', 'unknown')))`.execute(db);
  return rows;
}
