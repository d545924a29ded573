import { sql } from 'kysely';
import type { Tx } from './database.js';

export interface FeedRow {
  id: string;
  body: string;
}

export interface FeedFilter {
  /** null: from the beginning. */
  after: string | null;
  type?: string | undefined;
  contract?: string | undefined;
}

/**
 * A page of a client's feed, oldest first. Each event gets its place when the feed is read, under a lock, so that
 * one that commits late is never skipped. @returns null when `after` is not, or no longer, there
 */
export async function readFeed(
  tx: Tx,
  clientId: string,
  filter: FeedFilter,
  limit: number,
): Promise<FeedRow[] | null> {
  const position = await placeUpTo(tx, clientId, filter.after);
  if (position === null) return null;
  let query = tx
    .selectFrom('paraphe.event')
    .select(['id', 'body'])
    .where('client_id', '=', clientId)
    .where('position', '>', position);
  if (filter.type !== undefined) query = query.where('type', 'like', likeOf(filter.type));
  if (filter.contract !== undefined) query = query.where('contract_id', '=', filter.contract);
  return query.orderBy('position').limit(limit).execute();
}

/** A contract's events by their numbers. */
export function contractEvents(
  tx: Tx,
  contractId: string,
  after: number,
  limit: number,
): Promise<(FeedRow & { sequence: number | null })[]> {
  return tx
    .selectFrom('paraphe.event')
    .select(['id', 'body', 'sequence'])
    .where('contract_id', '=', contractId)
    .where('sequence', '>', after)
    .orderBy('sequence')
    .limit(limit)
    .execute();
}

/**
 * Gives a batch of events their places; as many batches as it takes to reach an event that the reader knows from
 * elsewhere, by its webhook. @returns that one's place; null when it is not there
 */
async function placeUpTo(tx: Tx, clientId: string, after: string | null): Promise<number | null> {
  for (;;) {
    const isAll = !(await hasUnplaced(tx, clientId));
    if (!isAll) await sql`select paraphe.place_events(${clientId})`.execute(tx);
    const position = after === null ? 0 : await positionOf(tx, after);
    if (position !== 'none_yet' || isAll) return position === 'none_yet' ? null : position;
  }
}

async function hasUnplaced(tx: Tx, clientId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('paraphe.event')
    .select('id')
    .where('client_id', '=', clientId)
    .where('position', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

async function positionOf(tx: Tx, id: string): Promise<number | 'none_yet' | null> {
  const row = await tx.selectFrom('paraphe.event').select('position').where('id', '=', id).executeTakeFirst();
  return row === undefined ? null : (row.position ?? 'none_yet');
}

/** `contract.*` as a pattern of SQL; nothing else in it is one. */
function likeOf(type: string): string {
  const literal = type.replaceAll(/[\\%_]/g, '\\$&');
  return type === '*' ? '%' : literal.replace(/\.\*$/, '.%');
}
