import { canonicalJson, type Json } from '../canonical-json.js';

/** An entry of the journal as it is chained: every column, the time to the microsecond in UTC. */
export interface ChainEntry {
  id: number;
  at: string;
  clientId: string | null;
  actor: string;
  action: string;
  object: string;
  outcome: string;
  detail: { readonly [name: string]: Json };
  position: number;
  previousHash: string;
}

export interface ChainedEntry extends ChainEntry {
  hash: string;
}

/** What the first entry is chained to. */
export const GENESIS = '0'.repeat(64);

/** The text whose SHA-256 (hexadecimal) is an entry's hash; the entry before it is in it by its own hash. */
export function entryText(entry: ChainEntry): string {
  const { id, at, clientId, actor, action, object, outcome, detail, position, previousHash } = entry;
  return canonicalJson({
    id,
    at,
    clientId,
    actor,
    action,
    object,
    outcome,
    detail,
    position,
    previousHash,
  });
}
