import type { Archive } from '../adapters/archive/archive.js';
import { verifyText } from '../adapters/signature/evidence/sign-text.js';
import { checkToken } from '../adapters/signature/evidence/check-token.js';
import { ANCHORS, type Anchor } from '../domain/journal/anchor.js';
import { createChainCheck, type ChainFault, type KnownHead } from '../domain/journal/check-chain.js';
import type { Database, Tx } from '../store/database.js';
import { readChain, readHead, sha256 } from '../store/journal-chain.js';

export interface JournalReport {
  entries: number;
  /** Appended, not yet in the chain. */
  waiting: number;
  anchors: { checked: number; timestamped: number };
  faults: ChainFault[];
}

export interface JournalTrust {
  /** PEM: keys that anchors may be signed with. */
  publicKeys: readonly string[];
  /** PEM: whom timestamps of anchors are checked against; empty: their imprint only. */
  tsaTrust: readonly string[];
}

/** Reads the whole journal and every anchor, and says which entry was changed, removed, inserted or cut off. */
export async function verifyJournal(
  db: Database,
  archive: Pick<Archive, 'get' | 'list'> | null,
  trust: JournalTrust,
): Promise<JournalReport> {
  const anchors = archive === null ? [] : await readAnchors(archive);
  // One snapshot: the chainer may go on meanwhile. Anchors were read before, so the chain holds them all.
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute((tx) => verifyIn(tx, anchors, trust));
}

/** The same within a transaction of the caller's. */
export async function verifyIn(
  tx: Tx,
  anchors: readonly NamedAnchor[],
  trust: JournalTrust,
): Promise<JournalReport> {
  const head = await readHead(tx);
  const { heads, faults, timestamped } = await checkAnchors(anchors, trust);
  const check = createChainCheck(sha256, [...heads, { ...head, source: 'the chainer’s note', isEnd: true }]);
  let entries = 0;
  for await (const entry of readChain(tx)) {
    check.next(entry);
    entries += 1;
  }
  const { waiting } = await tx
    .selectFrom('paraphe.journal')
    .select((eb) => eb.fn.countAll<number>().as('waiting'))
    .where('position', 'is', null)
    .executeTakeFirstOrThrow();
  const all = [...check.end(), ...faults];
  return { entries, waiting, anchors: { checked: anchors.length, timestamped }, faults: all };
}

export interface NamedAnchor {
  name: string;
  text: string;
}

export async function readAnchors(archive: Pick<Archive, 'get' | 'list'>): Promise<NamedAnchor[]> {
  const anchors: NamedAnchor[] = [];
  for (const name of await archive.list(ANCHORS))
    anchors.push({ name, text: (await archive.get(name)).toString() });
  return anchors;
}

async function checkAnchors(
  anchors: readonly NamedAnchor[],
  trust: JournalTrust,
): Promise<{ heads: KnownHead[]; faults: ChainFault[]; timestamped: number }> {
  const heads: KnownHead[] = [];
  const faults: ChainFault[] = [];
  let timestamped = 0;
  for (const { name, text } of anchors) {
    try {
      const anchor = JSON.parse(text) as Anchor;
      const { position, hash } = JSON.parse(anchor.head) as { position: number; hash: string };
      const signed = trust.publicKeys.some((key) => verifyText(key, anchor.head, anchor.signature));
      if (!signed) throw new Error('is not signed by a key of the service');
      if (anchor.timestamp !== null) {
        await checkToken(Buffer.from(anchor.timestamp, 'base64'), Buffer.from(anchor.head), trust.tsaTrust);
        timestamped += 1;
      }
      heads.push({ position, hash, source: name });
    } catch (error) {
      const detail = `The anchor ${name} does not hold: ${(error as Error).message}.`;
      faults.push({ kind: 'anchor', position: 0, id: null, detail });
    }
  }
  return { heads, faults, timestamped };
}
