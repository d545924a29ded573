import type { Tx } from './database.js';

/** Who did what to which data (CN18). No personal data in it: ids, codes, counts. */
export interface JournalEntry {
  at: Date;
  clientId: string | null;
  /** The key that was used. */
  actor: string;
  action: string;
  object: string;
  outcome: string;
  detail?: Record<string, unknown>;
}

/** Writes an entry in the transaction of the deed: both or neither. */
export async function writeJournal(tx: Tx, entry: JournalEntry): Promise<void> {
  await tx
    .insertInto('paraphe.journal')
    .values({
      at: entry.at,
      client_id: entry.clientId,
      actor: entry.actor,
      action: entry.action,
      object: entry.object,
      outcome: entry.outcome,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute();
}
