import { createHash } from 'node:crypto';
import type { Archive } from '../adapters/archive/archive.js';
import { evidenceContext, evidenceKeyOf, packEvidence } from '../adapters/archive/evidence-pack.js';
import { putSealed } from '../adapters/archive/sealed-document.js';
import { buildEvidence } from '../adapters/signature/evidence/build-evidence.js';
import { createEvidenceKey, signText } from '../adapters/signature/evidence/sign-text.js';
import type { Stamp } from '../adapters/signature/evidence/time-stamp-client.js';
import type { SignedDocument } from '../domain/contract/facts.js';
import type { Clock } from '../runtime/clock.js';
import { evidenceKey } from '../store/evidence-keys.js';
import { keepEvidence, keepTimestamp, readEvidence, unfinishedEvidence } from '../store/evidence.js';
import { chainJournal } from '../store/journal-chain.js';
import { contractKey } from '../store/personal.js';
import { gatherEvidence, type EvidenceSources } from './gather-evidence.js';

export interface EvidenceDeps extends EvidenceSources {
  clock: Clock;
  archive: Pick<Archive, 'put'>;
  /** Null: no authority is configured. */
  stamp: Stamp | null;
}

const BATCH = 50;

export function createEvidenceActivities(deps: EvidenceDeps): { completeEvidence: () => Promise<number> } {
  return {
    /**
     * Makes evidence that is missing (accepted by an operator) and fetches timestamps that were not to be had. One that
     * fails holds up none of the others; @throws what the first of them threw
     */
    async completeEvidence() {
      const rows = await unfinishedEvidence(deps.db, deps.stamp !== null, BATCH);
      const failures: unknown[] = [];
      for (const { contractId, manifest } of rows) {
        const making =
          manifest === null ? makeEvidence(deps, contractId, null) : stampAgain(deps, contractId, manifest);
        await making.catch((error: unknown) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
      return rows.length;
    },
  };
}

/**
 * Makes a contract's evidence once: files, manifest, signature, timestamp (docs/decisions/0076). Repeated for the
 * same documents it changes nothing.
 * @param documents as they were just proven; null: as the contract's state has them
 */
export async function makeEvidence(
  deps: EvidenceDeps,
  contractId: string,
  documents: SignedDocument[] | null,
): Promise<void> {
  const { db, vault, clock } = deps;
  const before = await readEvidence(db, contractId);
  if (before !== undefined && documents?.every(({ sha256 }) => before.manifest.includes(sha256)) === true)
    return;
  // What was read and done so far is in the evidence with its place in the chain.
  await chainJournal(db);
  const at = clock.now();
  const key = await evidenceKey(db, vault, createEvidenceKey, at);
  const input = await gatherEvidence(deps, { contractId, documents, at, key });
  const { manifest, files } = await buildEvidence(input);
  const pack = packEvidence(files);
  const sha256 = createHash('sha256').update(pack).digest('hex');
  const dataKey = await contractKey(db, vault, contractId);
  const place = { key: evidenceKeyOf(contractId, sha256), context: evidenceContext(contractId) };
  await putSealed(deps.archive, dataKey, place, pack);
  await keepEvidence(db, {
    contract_id: contractId,
    client_id: input.manifest.contract.clientId,
    manifest,
    signature: signText(key.privateKey, manifest),
    key_id: key.id,
    timestamp_token: await stampOrNot(deps, manifest),
    pack_sha256: sha256,
    made_at: at,
  });
}

/** A contract is not held up by an authority that gives no answer: the sweep asks again. */
async function stampOrNot({ stamp }: EvidenceDeps, manifest: string): Promise<Buffer | null> {
  return stamp === null ? null : stamp(Buffer.from(manifest)).catch(() => null);
}

async function stampAgain(deps: EvidenceDeps, contractId: string, manifest: string): Promise<void> {
  const token = await stampOrNot(deps, manifest);
  if (token !== null) await keepTimestamp(deps.db, contractId, token);
}
