import { sql } from 'kysely';
import type { DeliveryRef } from './attempts.js';
import type { Database } from './database.js';

/** A delivery without a workflow, claimed by this process for a while. */
export interface ClaimedDelivery extends DeliveryRef {
  endpointId: string;
  /** Somebody waits for it: a test event, a retry by hand, a replay. */
  isAsked: boolean;
  /** The trace in which its event happened. */
  traceparent: string | null;
  /** When its event was recorded. */
  calledForAt: Date;
}

/**
 * Claims deliveries that no workflow cares for, the longest due first. Nobody else gets them before the claim's end,
 * so it must be longer than an attempt takes.
 */
export async function claimDeliveries(
  db: Database,
  { limit, now, until }: { limit: number; now: Date; until: Date },
): Promise<ClaimedDelivery[]> {
  const { rows } = await sql<ClaimedDelivery>`
    with due as (
      select id from paraphe.delivery
      where status = 'pending' and workflow_started_at is null and coalesce(held_until, next_attempt_at) <= ${now}
      order by coalesce(held_until, next_attempt_at) limit ${limit} for update skip locked
    )
    update paraphe.delivery d set held_until = ${until} from due, paraphe.event e
    where d.id = due.id and e.id = d.event_id
    returning d.id as "deliveryId", d.round, d.endpoint_id as "endpointId",
      d.round > 0 or e.type = 'webhook.test' as "isAsked", d.traceparent, e.observed_at as "calledForAt"`.execute(
    db,
  );
  return rows;
}

/** Prolongs claims that are worked on; a newer round that was asked for meanwhile is left alone. */
export async function renewClaims(db: Database, refs: readonly DeliveryRef[], until: Date): Promise<void> {
  const ids = refs.map(({ deliveryId }) => deliveryId);
  const rounds = refs.map(({ round }) => round);
  await sql`
    update paraphe.delivery d set held_until = ${until}
    from unnest(${ids}::text[], ${rounds}::int[]) as claim (id, round)
    where d.id = claim.id and d.round = claim.round and d.status = 'pending'
      and d.workflow_started_at is null`.execute(db);
}

/** Gives a claim back: whoever looks from then on may have it. */
export async function holdDelivery(db: Database, ref: DeliveryRef, until: Date): Promise<void> {
  await sql`update paraphe.delivery set held_until = ${until}
    where id = ${ref.deliveryId} and round = ${ref.round}`.execute(db);
}

/** From here on its workflow cares for it; a newer round that was asked for meanwhile stays with the queue. */
export async function markDeliveryStarted(db: Database, ref: DeliveryRef, now: Date): Promise<void> {
  await sql`update paraphe.delivery set workflow_started_at = ${now}, held_until = null
    where id = ${ref.deliveryId} and round = ${ref.round}`.execute(db);
}
