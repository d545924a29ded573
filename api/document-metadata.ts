import { DEFAULT_RETENTION_DAYS } from '../domain/evidence/manifest.js';
import type { ContractRow } from '../store/contracts-read.js';
import type { Tx } from '../store/database.js';
import { readClientSettings } from '../store/evidence-sources.js';

/** Where the answer's data come from, since when, how far they were verified (CN14). */
export interface DocumentOrigin {
  source: string;
  collectedAt: string | null;
  verification?: string;
}

const DAY_MS = 24 * 3_600_000;

/** The headers that say what data are that a client retrieves: source, collection time, verdict, retention (CN14). */
export async function metadataHeaders(
  tx: Tx,
  row: Pick<ContractRow, 'client_id' | 'state'>,
  { source, collectedAt, verification }: DocumentOrigin,
): Promise<Record<string, string>> {
  const { retentionDays = DEFAULT_RETENTION_DAYS } = await readClientSettings(tx, row.client_id);
  const { completedAt } = row.state;
  const until = completedAt === null ? null : new Date(Date.parse(completedAt) + retentionDays * DAY_MS);
  return {
    'Document-Source': source,
    ...(collectedAt === null ? {} : { 'Document-Collected-At': collectedAt }),
    ...(verification === undefined ? {} : { 'Document-Verification': verification }),
    ...(until === null ? {} : { 'Document-Kept-Until': until.toISOString() }),
  };
}
