import path from 'node:path';
import { createThreadVerifier } from '../../adapters/signature/verify-in-thread.js';
import { makeEvidence } from '../../activities/make-evidence.js';
import { createGate } from '../../activities/platform-gate.js';
import type { Verify } from '../../activities/prove-document.js';
import { createRetrieveActivities } from '../../activities/retrieve.js';
import { createArchive } from '../../adapters/archive/create-archive.js';
import { createPlatform } from '../../adapters/platform/client.js';
import { systemClock } from '../../runtime/clock.js';
import { createVault } from '../../runtime/vault.js';
import type { Connection } from '../../store/connections.js';
import { createDatabase } from '../../store/database.js';
import { createVerify } from '../../worker/verify.js';

/** What a retrieval in a process of its own needs; given as JSON in `RETRIEVAL`. */
export interface ChildOrder {
  databaseUrl: string;
  archiveUrl: string;
  /** base64 */
  masterKey: string;
  connection: Connection;
  platformUrl: string;
  user: string;
  key: string;
  signerTrustFile: string;
  tsaTrustFile: string;
  contractId: string;
  platformId: string;
  /** Verifies in threads, as the worker does; without them it begins sooner. */
  threads?: boolean;
}

/** Retrieves one contract and says how it went: `begun`, then a line of JSON. It may be killed at any time. */
async function main(): Promise<void> {
  const order = JSON.parse(process.env['RETRIEVAL']!) as ChildOrder;
  const { db } = createDatabase(order.databaseUrl, 'paraphe_worker', 4);
  const settings = { url: order.platformUrl, apiUser: order.user, apiKey: order.key };
  const platform = createPlatform({ ...settings, timeoutMs: 60_000, maxAnswerBytes: 1024 ** 3 });
  const clock = systemClock;
  const gate = createGate({ db, clock, connection: order.connection, platform });
  const vault = createVault(Buffer.from(order.masterKey, 'base64'));
  const archive = createArchive(order.archiveUrl);
  const base = { db, clock, gate, vault, archive };
  const { signerTrustFile, tsaTrustFile } = order;
  const threads = createThreadVerifier({
    entry: path.join(__dirname, '../../adapters/signature/verify-thread.ts'),
    execArgv: ['-r', path.join(__dirname, 'typescript-hook.cjs')],
    timeLimitMs: 120_000,
  });
  const verify: Verify = createVerify(
    { environment: 'sandbox', signerTrustFile, tsaTrustFile },
    order.threads === true ? threads : undefined,
  );
  const trust = { signers: null, timestamps: null, evidenceTimestamps: null };
  const proving = { ...base, stamp: null, timestampAuthority: null, trust, sourceName: 'twin' };
  const acts = createRetrieveActivities({
    ...base,
    verify,
    makeEvidence: (id, documents) => makeEvidence(proving, id, documents),
  });
  process.stdout.write('begun\n');
  const { documents, reason } = await acts.retrieve(order);
  const { maxRSS } = process.resourceUsage();
  process.stdout.write(`${JSON.stringify({ documents, reason, peakMb: Math.round(maxRSS / 1024) })}\n`);
  await db.destroy();
}

void main().then(() => process.exit(0));
