import type pg from 'pg';

export interface BegunAnew {
  /** Contracts whose workflow the worker starts again, each from its stored state. */
  contracts: number;
  /** Deliveries that go back to the queue. */
  deliveries: number;
  /** Of the contracts, those that may have been created on the platform without this database knowing. */
  creationsInDoubt: number;
}

/**
 * Makes a database fit for a Temporal that knows nothing of it: what relied on a workflow is handed to those who look
 * into the database. A contract that waited for its creation may have been created after the state that is here, so
 * its creation is written down as one without an answer: it is looked for on the platform before it is made
 * (promise 2). What the watch has told is forgotten, because the workflow that was told is gone.
 * @param at of which moment the database is; a creation is taken to have been sent then
 */
export async function beginAnew(client: pg.Client, at: Date): Promise<BegunAnew> {
  const doubtful = await client.query(
    `insert into paraphe.platform_call
       (connection_id, contract_id, operation, intent, priority, at, answered_at, outcome)
     select k.connection_id, k.id, 'create', 'create:' || k.id, 2, $1, $1, 'unknown' from paraphe.contract k
     where k.status = 'accepted' and not exists (select from paraphe.platform_call c
       where c.intent = 'create:' || k.id and (c.outcome is null or c.outcome in ('done', 'unknown')))`,
    [at],
  );
  const contracts = await client.query(
    `update paraphe.contract set workflow_started_at = null, seen_status = null, seen_updated_at = null
     where status in ('accepted', 'draft', 'open', 'signed', 'attention')
       or (state->>'draftLeftBehind')::boolean`,
  );
  const deliveries = await client.query(
    `update paraphe.delivery set workflow_started_at = null, held_until = null where status = 'pending'`,
  );
  return {
    contracts: contracts.rowCount ?? 0,
    deliveries: deliveries.rowCount ?? 0,
    creationsInDoubt: doubtful.rowCount ?? 0,
  };
}
