import {
  ArchiveDamaged,
  ArchiveMissing,
  signedDocumentKey,
  type Archive,
} from '../adapters/archive/archive.js';
import { getSealed, signedContext } from '../adapters/archive/sealed-document.js';
import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';
import type { Vault } from '../runtime/vault.js';
import { nextToCheck, noteArchiveCheck, type ArchivedDocument } from '../store/archive-checks.js';
import type { Database } from '../store/database.js';
import { contractKey, Erased } from '../store/personal.js';

export interface SweepDeps {
  db: Database;
  vault: Vault;
  clock: Clock;
  logger: Pick<Logger, 'error'>;
  archive: Pick<Archive, 'get'>;
  /** Documents a sweep looks at, and how long a look holds good. */
  batch?: number;
  everyMs?: number;
}

const BATCH = 20;
const EVERY_MS = 7 * 24 * 3_600_000;
/** What could not be read may have been a hiccup. */
const AGAIN_MS = 3_600_000;

export interface SweepReport {
  checked: number;
  missing: string[];
  damaged: string[];
}

export function createSweepActivities(deps: SweepDeps): { sweepArchive: () => Promise<SweepReport> } {
  return {
    /**
     * Reads archived documents anew, the longest unchecked first: each at least once a week. Faults stay in
     * `archive_fault`. One that can't be read while others can is damaged, and holds up none of them; @throws where
     * none can
     */
    async sweepArchive() {
      const { db, clock, batch = BATCH, everyMs = EVERY_MS } = deps;
      const before = new Date(clock.now().getTime() - everyMs);
      const report: SweepReport = { checked: 0, missing: [], damaged: [] };
      const unread: { document: ArchivedDocument; error: unknown }[] = [];
      const documents = await nextToCheck(db, before, batch);
      for (const document of documents) {
        const found = await check(deps, document).catch((error: unknown) => ({ error }));
        if (found !== null && typeof found === 'object') unread.push({ document, ...found });
        else await note(deps, report, document, found, clock.now());
      }
      if (unread.length > 0 && unread.length === documents.length) throw unread[0]!.error;
      const again = new Date(before.getTime() + AGAIN_MS);
      for (const { document } of unread) await note(deps, report, document, 'damaged', again);
      return report;
    },
  };
}

async function note(
  { db, logger }: SweepDeps,
  report: SweepReport,
  document: ArchivedDocument,
  kind: 'missing' | 'damaged' | null,
  at: Date,
): Promise<void> {
  await noteArchiveCheck(db, document, keyOf(document), kind, at);
  report.checked += 1;
  if (kind === null) return;
  report[kind].push(document.documentId);
  logger.error({ operation: 'sweep-archive', contractId: document.contractId, kind });
}

function keyOf({ contractId, documentId, sha256 }: ArchivedDocument): string {
  return signedDocumentKey(contractId, documentId, sha256);
}

async function check(
  { db, vault, archive }: SweepDeps,
  document: ArchivedDocument,
): Promise<'missing' | 'damaged' | null> {
  const { contractId, documentId, sha256 } = document;
  try {
    const dataKey = await contractKey(db, vault, contractId);
    await getSealed(archive, dataKey, { key: keyOf(document), context: signedContext(documentId), sha256 });
    return null;
  } catch (error) {
    if (error instanceof ArchiveMissing) return 'missing';
    if (error instanceof ArchiveDamaged) return 'damaged';
    // Erased meanwhile: there is nothing to read any more.
    if (error instanceof Erased) return null;
    throw error;
  }
}
