import { sql } from 'kysely';
import type { ContractState } from '../domain/contract/state.js';
import { PLACE_MS } from '../domain/pace.js';
import type { Database, Tx } from './database.js';

/** Names the right to start contracts among this database's locks. */
const LOCK = 7_034_117;

/** Contracts whose workflow was started a short while ago and that the platform has not answered yet. */
export async function countBeginning(db: Database | Tx, now: Date): Promise<number> {
  const since = new Date(now.getTime() - PLACE_MS);
  const { rows } = await sql<{ count: number }>`select count(*) from paraphe.contract
    where workflow_started_at > ${since} and status = 'accepted'`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Whether a code or a signature was sent to the platform since then, by whichever process. */
export async function isSomebodySigning(db: Database | Tx, since: Date): Promise<boolean> {
  const { rows } = await sql<{ yes: boolean }>`select exists (
    select from (select operation, at from paraphe.platform_call order by id desc limit 100) lately
    where operation in ('sms', 'sms_all', 'sign') and at > ${since}) as yes`.execute(db);
  return rows[0]?.yes ?? false;
}

/** A contract that waits for its workflow. */
export interface Unstarted {
  state: ContractState;
  /** The trace in which it was accepted. */
  traceparent: string | null;
}

/**
 * Contracts accepted before a time whose workflow is not known to run: the most urgent, and the oldest, so
 * that none waits for ever behind more urgent ones. One more than the limit at most.
 * @param db as the worker
 */
export async function nextToStart(db: Database | Tx, before: Date, limit: number): Promise<Unstarted[]> {
  const { rows } = await sql<Unstarted>`
    with waiting as materialized (
      select id, deadline, created_at from paraphe.contract
      where workflow_started_at is null and created_at < ${before}),
    next as (
      (select id from waiting order by deadline, id limit ${limit})
      union (select id from waiting order by created_at, id limit 1))
    select c.state, c.traceparent from paraphe.contract c join next using (id) order by c.deadline, c.id`.execute(
    db,
  );
  return rows;
}

/** Notes that the workflows of these contracts run. @param db as the worker or an operator */
export async function markStarted(db: Database | Tx, ids: string[], now: Date): Promise<void> {
  await db
    .updateTable('paraphe.contract')
    .set({ workflow_started_at: now })
    .where('id', 'in', ids)
    .where('workflow_started_at', 'is', null)
    .execute();
}

/** Whether this transaction alone starts contracts, until its end; never waits. */
export async function starterLock(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ taken: boolean }>`
    select pg_try_advisory_xact_lock(${LOCK}) as taken`.execute(tx);
  return rows[0]?.taken ?? false;
}
