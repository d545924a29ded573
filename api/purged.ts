import { Problem } from '../domain/problem.js';
import type { Tx } from '../store/database.js';
import { readRetention } from '../store/retention.js';

/** @throws Problem `purged` when the contract's documents and personal data were removed after their time */
export async function refuseIfPurged(tx: Tx, contractId: string): Promise<void> {
  const retention = await readRetention(tx, contractId);
  if (retention?.purgedAt == null) return;
  throw new Problem('purged', { extra: { purgedAt: retention.purgedAt.toISOString() } });
}
