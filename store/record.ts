import { sql } from 'kysely';
import type { ContractState } from '../domain/contract/state.js';
import { renderEvent, type ClientWords } from '../domain/event-body.js';
import type { EventDraft } from '../domain/events.js';
import { limitEvent } from '../domain/field-limits.js';
import { matchesEvent } from '../domain/webhooks/filter.js';
import { canonicalJson, type Json } from '../domain/canonical-json.js';
import { derivedId } from '../runtime/ids.js';
import { currentTraceparent, linkTrace } from '../runtime/telemetry/in-trace.js';
import type { Database, Tx } from './database.js';
import { insertMails } from './mails.js';

/**
 * Records a transition of a contract: its new state, its events and a delivery for each subscribed endpoint, in one
 * transaction. Ids are derived from the contract and the number, so a repetition changes nothing.
 * @returns null when it is recorded; where another transition took its place, the state that is
 */
export async function recordTransition(
  db: Database,
  state: ContractState,
  events: EventDraft[],
  observedAt: string,
): Promise<ContractState | null> {
  return db.transaction().execute(async (tx) => {
    const { words, recorded } = await lockContract(tx, state.id);
    if (recorded.version >= state.version) return isSame(recorded, state) ? null : recorded;
    await tx
      .updateTable('paraphe.contract')
      .set({
        state: JSON.stringify(state),
        status: state.status,
        platform_id: state.platformId,
        version: state.version,
        updated_at: state.updatedAt,
      })
      .where('id', '=', state.id)
      .execute();
    await insertEvents(tx, state, events, words, observedAt);
    return null;
  });
}

function isSame(one: ContractState, other: ContractState): boolean {
  return canonicalJson(one as unknown as Json) === canonicalJson(other as unknown as Json);
}

async function lockContract(
  tx: Tx,
  contractId: string,
): Promise<{ words: ClientWords; recorded: ContractState }> {
  const row = await tx
    .selectFrom('paraphe.contract')
    .select(['state', 'reference', 'metadata', 'signatory_references', 'asked_reason', 'traceparent'])
    // Deliveries and mails that this transaction calls for go on with its trace.
    .select(sql`set_config('paraphe.traceparent', ${currentTraceparent() ?? ''}, true)`.as('named'))
    .where('id', '=', contractId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  // What a client or the platform did days later has a trace of its own: it leads back to the trigger's.
  linkTrace(row.traceparent);
  const { reference, metadata, signatory_references: signatoryReferences, asked_reason: askedReason } = row;
  return { words: { reference, metadata, signatoryReferences, askedReason }, recorded: row.state };
}

async function insertEvents(
  tx: Tx,
  state: ContractState,
  events: EventDraft[],
  words: ClientWords,
  observedAt: string,
): Promise<void> {
  if (events.length === 0) return;
  const observed = new Date(observedAt);
  const { fields } = await tx
    .selectFrom('paraphe.client')
    .select('fields')
    .where('id', '=', state.clientId)
    .executeTakeFirstOrThrow();
  const rows = events.map((draft) => {
    const id = derivedId('evt', observed, state.id, draft.sequence);
    const body = JSON.stringify(limitEvent(renderEvent(id, state, draft, words, observedAt), fields));
    return {
      id,
      client_id: state.clientId,
      contract_id: state.id,
      sequence: draft.sequence,
      type: draft.type,
      body,
      occurred_at: draft.occurredAt,
      observed_at: observedAt,
    };
  });
  // The version has been compared under the contract's lock: these are new, or something is badly wrong.
  await tx
    .insertInto('paraphe.event')
    .values(rows.map((row) => ({ ...row, position: null })))
    .execute();
  await insertDeliveries(tx, state.clientId, rows, observed);
  const reasons = rows.map(({ id }, index) => ({ id, draft: events[index]! }));
  await insertMails(tx, state, reasons, observed);
}

/** One delivery for each event and endpoint that is subscribed to it; an endpoint gets what happens from its creation on. */
export async function insertDeliveries(
  tx: Tx,
  clientId: string,
  events: { id: string; type: string }[],
  at: Date,
): Promise<void> {
  const endpoints = await tx
    .selectFrom('paraphe.webhook_endpoint')
    .select(['id', 'events'])
    .where('client_id', '=', clientId)
    .where('status', '=', 'enabled')
    .execute();
  const rows = events.flatMap((event) =>
    endpoints
      .filter((endpoint) => matchesEvent(endpoint.events, event.type))
      .map((endpoint) => ({
        id: derivedId('dlv', at, event.id, endpoint.id),
        client_id: clientId,
        event_id: event.id,
        endpoint_id: endpoint.id,
        created_at: at,
        next_attempt_at: at,
      })),
  );
  if (rows.length === 0) return;
  await tx
    .insertInto('paraphe.delivery')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}
