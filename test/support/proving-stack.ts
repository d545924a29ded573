import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { createCreationActivities } from '../../activities/create-contract.js';
import { createEvidenceActivities, makeEvidence, type EvidenceDeps } from '../../activities/make-evidence.js';
import { createGate } from '../../activities/platform-gate.js';
import { createPurgeActivities } from '../../activities/purge.js';
import { createRetrieveActivities, type Retrieval } from '../../activities/retrieve.js';
import { createSweepActivities } from '../../activities/sweep-archive.js';
import { createPlatform } from '../../adapters/platform/client.js';
import { createStamp } from '../../adapters/signature/evidence/time-stamp-client.js';
import { decide } from '../../domain/contract/decide.js';
import { factsFromDetail } from '../../domain/contract/facts-from-detail.js';
import type { Fact } from '../../domain/contract/facts.js';
import type { ContractState } from '../../domain/contract/state.js';
import { createSealer } from '../../local/twin/seal/sealer.js';
import { createLogger } from '../../runtime/logger.js';
import { recordTransition } from '../../store/record.js';
import { createVerify } from '../../worker/verify.js';
import { aTrigger, startTestApi, type TestApi } from './api.js';
import { serve } from './http.js';
import type { ChildOrder } from './retrieval-child.js';
import { KEY, startTwin, USER, type TestTwin } from './twin.js';
import { waitFor } from './wait.js';

export type ProvingActivities = ReturnType<typeof createRetrieveActivities> &
  ReturnType<typeof createEvidenceActivities> &
  ReturnType<typeof createPurgeActivities> &
  ReturnType<typeof createSweepActivities>;

/** The real api, database, archive, twin with its seal, verification: everything about proof but Temporal. */
export interface ProvingStack {
  api: TestApi;
  twin: TestTwin;
  acts: ProvingActivities;
  evidence: EvidenceDeps;
  purges: string[];
  /** From now on. */
  alter(change: Alter): void;
  trust: { signers: string; timestamps: string };
  /** For a process of its own (retrieval-child.ts). */
  orderFor(contract: SignedContract): ChildOrder;
  /** A contract that all have signed on the platform, its seal done; ours knows it as `signed`. */
  signedContract(trigger?: Record<string, unknown>): Promise<SignedContract>;
  retrieve(contract: SignedContract): Promise<Retrieval>;
  /** Retrieves and records what the workflow would. */
  complete(contract: SignedContract): Promise<ContractState>;
  state(contractId: string): Promise<ContractState>;
  record(state: ContractState, ...facts: Fact[]): Promise<ContractState>;
  close(): Promise<void>;
}

/** Changes an answer of the platform to a request for a contract's detail; text is sent as it is. */
export type Alter = (body: Detail) => unknown;

export interface Detail {
  status: string;
  signatories: { status: string }[];
  mainDocument: { name: string; data: string; 'data.sign'?: string }[];
}

function onlyFirst(create: Buffer): Buffer {
  const body = JSON.parse(create.toString()) as Detail;
  return Buffer.from(JSON.stringify({ ...body, mainDocument: body.mainDocument.slice(0, 1) }));
}

/** A door to the twin behind which its answers are changed. */
async function startFront(
  twinUrl: string,
  alter: () => Alter,
  oneForAll: boolean,
): Promise<{ url: string; close: () => Promise<void> }> {
  return serve(async (request, response) => {
    const whole = await buffer(request);
    const body = oneForAll && request.url!.endsWith('contractCreateRequest') ? onlyFirst(whole) : whole;
    const answer = await fetch(twinUrl + request.url!, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Uint8Array.from(body),
    });
    const isDetail = answer.status === 200 && request.url!.endsWith('contractDetailRequest');
    const text = await answer.text();
    const sent = isDetail ? alter()(JSON.parse(text) as Detail) : text;
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(typeof sent === 'string' ? sent : JSON.stringify(sent));
  });
}

export interface SignedContract {
  contractId: string;
  platformId: string;
}

/** @param oneForAll the platform is given the first document only, and gives it back for each: five large ones are too large for the twin */
export async function startProvingStack({ withTsa = true, oneForAll = false } = {}): Promise<ProvingStack> {
  const api = await startTestApi();
  const twin = await startTwin({ createSealer });
  const home = await mkdtemp(path.join(tmpdir(), 'paraphe-proving-'));
  const { body: pems } = await twin.control('/trust');
  const trust = { signers: pems.signerTrustPem as string, timestamps: pems.tsaTrustPem as string };
  const [signerTrustFile, tsaTrustFile] = [path.join(home, 'signer.pem'), path.join(home, 'tsa.pem')];
  await writeFile(signerTrustFile, trust.signers);
  await writeFile(tsaTrustFile, trust.timestamps);
  const { db, vault, clock, archive } = api;
  const { connection } = api.deps;
  let altering: Alter = (body) => body;
  const front = await startFront(twin.url, () => altering, oneForAll);
  const settings = { url: front.url, apiUser: USER, apiKey: KEY, timeoutMs: 20_000 };
  const platform = createPlatform({ ...settings, maxAnswerBytes: 1024 ** 3 });
  const gate = createGate({ db, clock, connection, platform });
  const base = { db, vault, clock, gate, archive };
  const verify = createVerify({ environment: 'sandbox', signerTrustFile, tsaTrustFile });
  const evidence: EvidenceDeps = {
    ...base,
    stamp: withTsa ? createStamp(`${twin.url}/tsa`) : null,
    timestampAuthority: withTsa ? `${twin.url}/tsa` : null,
    trust: { ...trust, evidenceTimestamps: withTsa ? trust.timestamps : null },
    sourceName: 'platform.example.org',
  };
  const purges: string[] = [];
  const creation = createCreationActivities({ ...base, graceMs: 1 });
  const acts = {
    ...createRetrieveActivities({
      ...base,
      verify,
      makeEvidence: (id, documents) => makeEvidence(evidence, id, documents),
    }),
    ...createEvidenceActivities(evidence),
    ...createPurgeActivities({ ...base, startPurge: async (id) => void purges.push(id) }),
    ...createSweepActivities({ ...base, logger: createLogger('test', 'silent'), everyMs: 0 }),
  };
  const state = async (id: string): Promise<ContractState> =>
    (await db.selectFrom('paraphe.contract').select('state').where('id', '=', id).executeTakeFirstOrThrow())
      .state;
  const record: ProvingStack['record'] = async (from, ...facts) => {
    let current = from;
    for (const fact of facts) {
      const at = clock.now().toISOString();
      const { state: next, events, changed } = decide(current, fact, at);
      if (changed) await recordTransition(db, next, events, at);
      current = next;
    }
    return current;
  };
  const now = (): string => clock.now().toISOString();
  return {
    api,
    twin,
    acts,
    evidence,
    purges,
    orderFor: (contract) => ({
      ...contract,
      databaseUrl: api.databaseUrl,
      archiveUrl: api.archiveUrl,
      masterKey: api.masterKey,
      connection,
      platformUrl: front.url,
      user: USER,
      key: KEY,
      signerTrustFile,
      tsaTrustFile,
    }),
    alter: (change) => (altering = change),
    trust,
    state,
    record,
    async signedContract(trigger = {}) {
      const answer = await api.ask('POST', '/v1/contracts', {
        body: aTrigger(trigger),
        headers: { 'idempotency-key': `k${Math.random()}` },
      });
      if (answer.status !== 202) throw new Error(JSON.stringify(answer.body));
      const contractId = answer.body.id as string;
      const made = await creation.createContract({ contractId, settleOnly: false, since: now() });
      if (made.kind !== 'created') throw new Error(made.kind);
      const { platformId, signatoryPlatformIds } = made;
      const fact = { type: 'created', platformId, signatoryPlatformIds, submitted: true } as const;
      const open = await record(await state(contractId), { ...fact, at: now(), by: 'system' });
      for (const person of signatoryPlatformIds)
        await twin.control(`/contracts/${platformId}/signatories/${person}/sign`, {});
      const detail = await waitFor(async () => {
        const seen = await platform.detail(platformId, { documents: true });
        return seen.documents.every((one) => one.signed !== null) ? seen : null;
      });
      await record(open, ...factsFromDetail(open, detail));
      return { contractId, platformId };
    },
    retrieve: (contract) => acts.retrieve(contract),
    async complete(contract) {
      const { documents, reason } = await acts.retrieve(contract);
      if (documents === null || documents.some((one) => one.verification !== 'passed'))
        throw new Error(`not proven: ${reason}`);
      return record(await state(contract.contractId), { type: 'proven', documents, at: now(), by: 'system' });
    },
    async close() {
      await front.close();
      await twin.close();
      await api.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
