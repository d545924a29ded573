import { createHash } from 'node:crypto';
import type { Archive } from '../adapters/archive/archive.js';
import { isOver, type ContractState } from '../domain/contract/state.js';
import type { Clock } from '../runtime/clock.js';
import type { Database } from '../store/database.js';
import { readEvidence } from '../store/evidence.js';
import { writeJournal } from '../store/journal.js';
import {
  dueForPurge,
  eraseContract,
  notePurged,
  readRetention,
  type PurgeReceipt,
} from '../store/retention.js';

export interface PurgeDeps {
  db: Database;
  clock: Clock;
  archive: Pick<Archive, 'list' | 'remove'>;
  /** Starts the purge of a contract; one that runs or ran already is left alone. */
  startPurge: (contractId: string) => Promise<void>;
}

const BATCH = 200;
/** Where a contract has files in the archive. */
const PLACES = ['signed', 'apart', 'evidence'];

export function createPurgeActivities(deps: PurgeDeps): {
  startPurges: () => Promise<number>;
  purgeContract: (contractId: string) => Promise<PurgeReceipt | null>;
} {
  return {
    /** Starts the purge of each contract whose time has come. */
    async startPurges() {
      const due = await dueForPurge(deps.db, deps.clock.now(), BATCH);
      for (const contractId of due) await deps.startPurge(contractId);
      return due.length;
    },
    purgeContract: (contractId) => purgeContract(deps, contractId),
  };
}

/**
 * Removes a contract's documents and personal data for good: first the key, in one transaction with the receipt, so
 * that nothing can be read any more; then the files. Repeated, it removes what is left.
 * @returns the receipt; null for a contract that is not over
 */
async function purgeContract(deps: PurgeDeps, contractId: string): Promise<PurgeReceipt | null> {
  const { db, archive } = deps;
  const keys = (await Promise.all(PLACES.map((place) => archive.list(`${place}/${contractId}/`)))).flat();
  const receipt = await db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('paraphe.contract')
      .select(['state', 'client_id'])
      .where('id', '=', contractId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const retention = await readRetention(tx, contractId);
    if (retention?.receipt != null) return retention.receipt;
    if (!isOver(row.state)) return null;
    const evidence = await readEvidence(tx, contractId);
    const removed = { archived: keys.length, ...(await eraseContract(tx, contractId)) };
    const reason = retention?.receivedAt == null ? 'retention' : 'received';
    const manifest = evidence?.manifest ?? null;
    const made = receiptOf(row.state, { reason, manifest, removed, at: deps.clock.now() });
    await notePurged(tx, row.client_id, made);
    await writeJournal(tx, {
      at: deps.clock.now(),
      clientId: row.client_id,
      actor: 'system',
      action: 'purge',
      object: contractId,
      outcome: 'removed',
      detail: { reason, ...removed },
    });
    return made;
  });
  if (receipt !== null) for (const key of keys) await archive.remove(key);
  return receipt;
}

function receiptOf(
  state: ContractState,
  what: Pick<PurgeReceipt, 'reason' | 'removed'> & { manifest: string | null; at: Date },
): PurgeReceipt {
  const { reason, removed, manifest, at } = what;
  return {
    contractId: state.id,
    reason,
    status: state.status,
    completedAt: state.completedAt,
    purgedAt: at.toISOString(),
    documents: state.documents.map(({ id, sha256, signed }) => ({
      id,
      sha256,
      signed: signed === null ? null : { sha256: signed.sha256, verification: signed.verification },
    })),
    manifestSha256: manifest === null ? null : createHash('sha256').update(manifest).digest('hex'),
    removed,
  };
}
