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

export interface SweepReport {
  checked: number;
  missing: string[];
  damaged: string[];
}

export function createSweepActivities(deps: SweepDeps): { sweepArchive: () => Promise<SweepReport> } {
  return {
    /** Reads archived documents anew, the longest unchecked first: each at least once a week. Faults stay in `archive_fault`. */
    async sweepArchive() {
      const { db, clock, batch = BATCH, everyMs = EVERY_MS } = deps;
      const before = new Date(clock.now().getTime() - everyMs);
      const report: SweepReport = { checked: 0, missing: [], damaged: [] };
      for (const document of await nextToCheck(db, before, batch)) {
        const kind = await check(deps, document);
        await noteArchiveCheck(db, document, keyOf(document), kind, clock.now());
        report.checked += 1;
        if (kind === null) continue;
        report[kind].push(document.documentId);
        deps.logger.error({ operation: 'sweep-archive', contractId: document.contractId, kind });
      }
      return report;
    },
  };
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
