import { sql } from 'kysely';
import type { Database, Tx } from './database.js';

export interface DeliveryRef {
  deliveryId: string;
  round: number;
}

/** An attempt that may be made now, with all that it needs. */
export interface BegunAttempt {
  /** Over all rounds, from 1. */
  number: number;
  /** Attempts of this round that came to an end; those cut off by a crash do not use up the schedule. */
  made: number;
  eventId: string;
  clientId: string;
  endpointId: string;
  /** The stored bytes. */
  body: string;
  url: string;
  sealed: Buffer;
}

/** Why there is nothing to attempt: too early, or over (delivered, failed, another round, endpoint disabled). */
export type NotBegun = { dueAt: Date } | 'over';

/** A wake-up may come this much before the time that was written down. */
const EARLY_MS = 250;

/**
 * Writes an attempt down before it is made, in one statement: one that a crash cuts off stays visible in the log.
 * Its row says neither status nor error until it ends; the next attempt calls it `interrupted`.
 */
export async function beginAttempt(
  db: Database,
  { deliveryId, round }: DeliveryRef,
  now: Date,
): Promise<BegunAttempt | NotBegun> {
  const latest = new Date(now.getTime() + EARLY_MS);
  const { rows } = await sql<Omit<BegunAttempt, 'number'> & { number: number | null; dueAt: Date | null }>`
    with due as (
      select d.id, d.client_id, d.next_attempt_at, e.id as event_id, e.body, w.id as endpoint_id, w.url, w.sealed
      from paraphe.delivery d
        join paraphe.event e on e.id = d.event_id
        join paraphe.webhook_endpoint w on w.id = d.endpoint_id
      where d.id = ${deliveryId} and d.round = ${round} and d.status = 'pending' and w.status = 'enabled'
    ), cut_off as (
      update paraphe.delivery_attempt a set error = 'interrupted' from due
      where a.delivery_id = due.id and a.status is null and a.error is null and due.next_attempt_at <= ${latest}
    ), earlier as (
      select coalesce(max(number), 0) as last, count(*) filter (where round = ${round}
        and (status is not null or error <> 'interrupted')) as made
      from paraphe.delivery_attempt where delivery_id = ${deliveryId}
    ), begun as (
      insert into paraphe.delivery_attempt (delivery_id, client_id, round, number, at, duration_ms)
      select due.id, due.client_id, ${round}, earlier.last + 1, ${now}, 0 from due, earlier
      where due.next_attempt_at <= ${latest}
      returning number
    )
    select begun.number, earlier.made::int as made, due.event_id as "eventId", due.client_id as "clientId",
      due.endpoint_id as "endpointId", due.body, due.url, due.sealed, due.next_attempt_at as "dueAt"
    from due cross join earlier left join begun on true`.execute(db);
  const [row] = rows;
  if (row === undefined) return 'over';
  const { number, dueAt, ...rest } = row;
  if (number === null) return { dueAt: dueAt ?? now };
  return { ...rest, number };
}

export interface AttemptEnd extends DeliveryRef {
  endpointId: string;
  number: number;
  at: Date;
  durationMs: number;
  status: number | null;
  /** The first 4 KiB of the answer. */
  response: string | null;
  /** A stable code; null when delivered. */
  error: string | null;
  /** Null: this round is over. */
  nextAttemptAt: Date | null;
}

/** Writes down how an attempt ended, what that makes of the delivery, and of the endpoint's health. Repeatable. */
export async function endAttempt(db: Database | Tx, end: AttemptEnd): Promise<void> {
  const waiting = end.nextAttemptAt === null ? 'failed' : 'pending';
  const status = end.error === null ? 'delivered' : waiting;
  await sql`
    with attempt as (
      update paraphe.delivery_attempt
      set status = ${end.status}, duration_ms = ${end.durationMs}, response = ${end.response}, error = ${end.error}
      where delivery_id = ${end.deliveryId} and number = ${end.number}
    ), delivery as (
      update paraphe.delivery set status = ${status}, next_attempt_at = ${end.nextAttemptAt}
      where id = ${end.deliveryId} and round = ${end.round} and status = 'pending'
    )
    update paraphe.webhook_endpoint ${end.error === null ? success(end) : failure(end)}`.execute(db);
}

function success({ endpointId, at }: AttemptEnd) {
  // A healthy endpoint's row is touched once a minute, not at each delivery: it would be a bottleneck.
  const minuteAgo = new Date(at.getTime() - 60_000);
  return sql`set last_success_at = ${at}, first_failure_at = null, warned_at = null where id = ${endpointId}
    and (first_failure_at is not null or last_success_at is null or last_success_at < ${minuteAgo})`;
}

function failure({ endpointId, at }: AttemptEnd) {
  // One that was written down after a later success has begun nothing.
  return sql`set first_failure_at = ${at} where id = ${endpointId}
    and (first_failure_at is null or first_failure_at <= last_success_at)`;
}

/** A delivery whose endpoint was disabled while it was written is over too: enabling and a replay bring it back. */
export async function failIfDisabled(db: Database, { deliveryId, round }: DeliveryRef): Promise<void> {
  await sql`
    update paraphe.delivery d set status = 'failed', next_attempt_at = null from paraphe.webhook_endpoint w
    where d.id = ${deliveryId} and d.round = ${round} and d.status = 'pending'
      and w.id = d.endpoint_id and w.status = 'disabled'`.execute(db);
}
