import { sql } from 'kysely';
import type { DeliveryRef } from './attempts.js';
import type { Database } from './database.js';

/** A delivery that waits for its workflow. */
export interface UnstartedDelivery extends DeliveryRef {
  endpointId: string;
}

/** Deliveries without a workflow, the longest due first. */
export async function unstartedDeliveries(db: Database, limit: number): Promise<UnstartedDelivery[]> {
  return db
    .selectFrom('paraphe.delivery')
    .select(['id as deliveryId', 'round', 'endpoint_id as endpointId'])
    .where('status', '=', 'pending')
    .where('workflow_started_at', 'is', null)
    .orderBy('next_attempt_at')
    .limit(limit)
    .execute();
}

/** Marks rounds whose workflow runs; a newer round that was asked for meanwhile stays unmarked. */
export async function markDeliveriesStarted(db: Database, started: DeliveryRef[], now: Date): Promise<void> {
  const ids = started.map(({ deliveryId }) => deliveryId);
  const rounds = started.map(({ round }) => round);
  await sql`
    update paraphe.delivery d set workflow_started_at = ${now}
    from unnest(${ids}::text[], ${rounds}::int[]) as s (id, round)
    where d.id = s.id and d.round = s.round`.execute(db);
}
