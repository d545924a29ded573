import type { Archive } from '../adapters/archive/archive.js';
import { createEvidenceKey, signText } from '../adapters/signature/evidence/sign-text.js';
import type { Stamp } from '../adapters/signature/evidence/time-stamp-client.js';
import { canonicalJson } from '../domain/canonical-json.js';
import { anchorKey, type Anchor } from '../domain/journal/anchor.js';
import type { Clock } from '../runtime/clock.js';
import type { Vault } from '../runtime/vault.js';
import type { Database } from '../store/database.js';
import { evidenceKey } from '../store/evidence-keys.js';
import { chainJournal, noteAnchored, readHead } from '../store/journal-chain.js';

export interface JournalDeps {
  db: Database;
  vault: Vault;
  clock: Clock;
  archive: Pick<Archive, 'put' | 'has'>;
  /** Null: no authority is configured. */
  stamp: Stamp | null;
}

/** Heads are written down outside the database this often, when there is something new. */
const ANCHOR_EVERY_MS = 10 * 60_000;

export function createJournalActivities(deps: JournalDeps): { keepJournal: () => Promise<number> } {
  return {
    /** Chains what was appended, and from time to time writes the chain's head down where the database's owner can't reach. */
    async keepJournal() {
      const chained = await chainJournal(deps.db);
      const { anchored_at: before } = await readHead(deps.db);
      const now = deps.clock.now();
      if (before === null || now.getTime() - before.getTime() >= ANCHOR_EVERY_MS) await anchorJournal(deps);
      return chained;
    },
  };
}

/** Writes the head down in the archive, signed and (with an authority) timestamped; nothing for an empty journal. */
export async function anchorJournal({ db, vault, clock, archive, stamp }: JournalDeps): Promise<void> {
  const { position, hash } = await readHead(db);
  const at = clock.now();
  const key = anchorKey(position);
  if (position > 0 && !(await archive.has(key))) {
    const signer = await evidenceKey(db, vault, createEvidenceKey, at);
    const head = canonicalJson({ kind: 'paraphe.journal-head', position, hash, at: at.toISOString() });
    // Without an answer the head is kept all the same: the signature holds, the time is ours.
    const token = stamp === null ? null : await stamp(Buffer.from(head)).catch(() => null);
    const anchor: Anchor = {
      head,
      signature: signText(signer.privateKey, head),
      keyId: signer.id,
      publicKey: signer.publicKey,
      timestamp: token?.toString('base64') ?? null,
    };
    await archive.put(key, Buffer.from(`${JSON.stringify(anchor, null, 2)}\n`));
  }
  await noteAnchored(db, at);
}
