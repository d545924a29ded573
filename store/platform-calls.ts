import { sql, type ExpressionBuilder, type Updateable } from 'kysely';
import { nextSlot } from '../domain/quota/next-slot.js';
import type { WindowCall } from '../domain/quota/publishing-plan.js';
import { PRIORITY, WINDOW_MS, type Operation } from '../domain/quota/policy.js';
import type { Connection } from './connections.js';
import type { Database, Tx } from './database.js';
import type { Tables } from './tables.js';

/** A deed that asks the platform for something that counts. */
export interface Deed {
  operation: Operation;
  contractId: string | null;
  /** Shared by all attempts at this deed; null where repeating does no harm. */
  intent: string | null;
  /** How many attempts at it were known when this one began: where another came between, it is not made. */
  attempt?: number;
  /** Somebody waits for what comes of it: it may use the reserve whatever it is. */
  interactive?: boolean;
}

/** `freeAt` is null where another attempt at the deed came between. */
export type Reservation = { granted: true; callId: number } | { granted: false; freeAt: Date | null };

export interface CallOutcome {
  outcome: 'done' | 'refused' | 'not_sent' | 'unknown';
  status: number | null;
  code: string | null;
  answer?: object;
  /** False when the platform said that it did not count the request. */
  counted: boolean;
}

export interface EarlierCall {
  at: Date;
  answeredAt: Date | null;
  outcome: CallOutcome['outcome'] | null;
  status: number | null;
  code: string | null;
  answer: object | null;
}

/**
 * Writes the call down before it is made, unless the quota forbids it (promise 3): the ledger of a connection is
 * locked meanwhile, so that no two processes take the same slot.
 */
export async function reserveCall(
  db: Database,
  connection: Connection,
  deed: Deed,
  now: Date,
): Promise<Reservation> {
  const { dailyQuota } = connection;
  if (dailyQuota === null) return insertCall(db, connection, deed, now);
  return db.transaction().execute(async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`quota:${connection.id}`}, 0))`.execute(tx);
    const wait = await waitFor(tx, connection, dailyQuota, deed, now);
    if (wait !== null) return { granted: false, freeAt: new Date(wait) };
    return insertCall(tx, connection, deed, now);
  });
}

async function insertCall(
  db: Database | Tx,
  connection: Connection,
  { contractId, operation, intent, attempt, interactive }: Deed,
  at: Date,
): Promise<Reservation> {
  const priority = interactive ? 1 : PRIORITY[operation];
  const row = await db
    .insertInto('paraphe.platform_call')
    .values({
      connection_id: connection.id,
      contract_id: contractId,
      operation,
      intent,
      attempt: attempt ?? null,
      priority,
      at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row === undefined ? { granted: false, freeAt: null } : { granted: true, callId: row.id };
}

async function waitFor(
  tx: Tx,
  connection: Connection,
  limit: number,
  deed: Deed,
  now: Date,
): Promise<number | null> {
  const calls = await callsInWindow(tx, connection.id, now);
  const { operation, interactive = false, contractId } = deed;
  const isQueued = operation === 'create' && contractId !== null;
  const rank = isQueued ? await rankInQueue(tx, connection.id, contractId) : 0;
  return nextSlot(calls, limit, { operation, interactive, rank }, now.getTime());
}

/** The counted calls of the last window, oldest first. */
export async function callsInWindow(
  db: Database | Tx,
  connectionId: string,
  now: Date,
): Promise<WindowCall[]> {
  const rows = await db
    .selectFrom('paraphe.platform_call')
    .select(['at', 'operation'])
    .where('connection_id', '=', connectionId)
    .where('counted', '=', true)
    .where('at', '>', new Date(now.getTime() - WINDOW_MS))
    .orderBy('at')
    .execute();
  return rows.map((row) => ({ at: row.at.getTime(), operation: row.operation }));
}

/**
 * How many contracts of the publishing queue come before this one: nearer deadline first, then older. Ids have another
 * collation than intents: unsaid, it would keep the index from being used.
 */
export async function rankInQueue(
  db: Database | Tx,
  connectionId: string,
  contractId: string,
): Promise<number> {
  const { rows } = await sql<{ rank: number }>`
    select count(*) as rank from paraphe.contract c, paraphe.contract mine
    where mine.id = ${contractId} and c.connection_id = ${connectionId} and c.status = 'accepted'
      and (c.deadline, c.id) < (mine.deadline, mine.id)
      and not exists (select 1 from paraphe.platform_call p where p.intent = 'create:' || c.id collate "default"
        and (p.outcome is null or p.outcome in ('done', 'unknown')))`.execute(db);
  return rows[0]?.rank ?? 0;
}

/** Completes a call with what came of it; what was found out meanwhile is not made unknown again. */
export async function completeCall(
  db: Database,
  callId: number,
  result: CallOutcome,
  now: Date,
): Promise<void> {
  const { outcome, status, code, counted, answer } = result;
  await db
    .updateTable('paraphe.platform_call')
    .set({
      answered_at: now,
      outcome,
      status,
      code,
      counted,
      answer: answer === undefined ? null : JSON.stringify(answer),
    })
    .where('id', '=', callId)
    .where((eb) => (outcome === 'done' || outcome === 'refused' ? eb.lit(true) : isOpen(eb)))
    .execute();
}

/** Whether nobody has given up this call meanwhile. */
export async function isUnderWay(db: Database, callId: number): Promise<boolean> {
  const call = await db
    .selectFrom('paraphe.platform_call')
    .select('outcome')
    .where('id', '=', callId)
    .executeTakeFirst();
  return call?.outcome === null;
}

/** Attempts at this deed that are under way, or whose process is gone, are under way no more (`isUnderWay`). */
export async function giveUpCalls(db: Database, intent: string, now: Date): Promise<void> {
  await db
    .updateTable('paraphe.platform_call')
    .set({ outcome: 'unknown', answered_at: now })
    .where('intent', '=', intent)
    .where('outcome', 'is', null)
    .execute();
}

/** Earlier attempts at a deed, oldest first. */
export async function earlierCalls(db: Database, intent: string): Promise<EarlierCall[]> {
  const rows = await db
    .selectFrom('paraphe.platform_call')
    .select(['at', 'answered_at as answeredAt', 'outcome', 'status', 'code', 'answer'])
    .where('intent', '=', intent)
    .orderBy('id')
    .execute();
  return rows;
}

/** Attempts of which nobody knows whether they were carried out. */
export function unanswered(calls: EarlierCall[]): EarlierCall[] {
  return calls.filter((call) => call.outcome === null || call.outcome === 'unknown');
}

/** Attempts that were sent, had no answer, and turned out not to have been carried out. */
export function inVain(calls: EarlierCall[]): number {
  return calls.filter((call) => call.outcome === 'not_sent' && call.code === NOT_CARRIED_OUT).length;
}

const NOT_CARRIED_OUT = 'not_carried_out';
/** More attempts than there are; the largest integer of PostgreSQL. */
const MANY = 2_147_483_647;

/**
 * The platform shows that the unanswered attempts at this deed were not carried out.
 * @param known how many attempts there were when it was asked: it says nothing about those that came later
 */
export function settleCalls(db: Database, intent: string, known = MANY): Promise<void> {
  return endOpenCalls(db, intent, { outcome: 'not_sent', code: NOT_CARRIED_OUT }, known);
}

/** The platform shows what came of the unanswered attempts at this deed. */
export function concludeCalls(
  db: Database,
  intent: string,
  { outcome, code, answer }: { outcome: 'done' | 'refused'; code: string | null; answer: object },
): Promise<void> {
  return endOpenCalls(db, intent, { outcome, code, answer: JSON.stringify(answer) });
}

async function endOpenCalls(
  db: Database,
  intent: string,
  end: Pick<Updateable<Tables['paraphe.platform_call']>, 'outcome' | 'code' | 'answer'>,
  known = MANY,
): Promise<void> {
  await db
    .updateTable('paraphe.platform_call')
    .set(end)
    .where('intent', '=', intent)
    .where(isOpen)
    .where((eb) => eb.or([eb('attempt', 'is', null), eb('attempt', '<', known)]))
    .execute();
}

const isOpen = (eb: ExpressionBuilder<Tables, 'paraphe.platform_call'>) =>
  eb.or([eb('outcome', 'is', null), eb('outcome', '=', 'unknown')]);
