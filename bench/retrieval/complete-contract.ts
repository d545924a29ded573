import { setTimeout as pause } from 'node:timers/promises';
import type { StackDescription } from '../../local/stack/description.js';

export interface Phases {
  readonly status: string;
  readonly creationPeakMb: number;
  readonly retrievalPeakMb: number;
  readonly createdMs: number;
  /** From the signature on. */
  readonly completedMs: number;
}

const PATIENCE_MS = 8 * 60_000;

/** Plays a contract with so many copies of a document from trigger to completion. @param takePeak ends a phase */
export async function completeContract(
  { api, key, twinControl }: StackDescription,
  document: Buffer,
  copies: number,
  takePeak: () => number,
): Promise<Phases> {
  const ask = createAsk(`${api}/v1`, key);
  const twin = createAsk(`${twinControl}/control`, null);
  const documents: object[] = [];
  for (let n = 0; n < copies; n++) {
    const { id } = await ask<{ id: string }>('/documents', 'POST', document);
    documents.push({ name: `${n}.pdf`, documentId: id });
  }
  takePeak();
  const from = Date.now();
  const trigger = {
    label: 'Bench',
    language: 'fr',
    deadline: new Date(Date.now() + 86_400_000).toISOString(),
    documents,
    signatories: [
      { firstName: 'Camille', lastName: 'Dubois', email: 'camille@example.org', mobile: '+33612345678' },
    ],
  };
  const { id } = await ask<{ id: string }>('/contracts', 'POST', trigger);
  const seen = (): Promise<{ status: string }> => ask(`/contracts/${id}`);
  await until(async () => (await seen()).status === 'open');
  const createdMs = Date.now() - from;
  const creationPeakMb = takePeak();
  const { contracts } = await twin<{
    contracts: { contractId: string; signatories: { signatoryId: string }[] }[];
  }>('/contracts');
  const [made] = contracts;
  const signedAt = Date.now();
  await twin(
    `/contracts/${made?.contractId}/signatories/${made?.signatories[0]?.signatoryId}/sign`,
    'POST',
    {},
  );
  await until(async () => ['completed', 'attention'].includes((await seen()).status));
  return {
    status: (await seen()).status,
    creationPeakMb,
    retrievalPeakMb: takePeak(),
    createdMs,
    completedMs: Date.now() - signedAt,
  };
}

type Ask = <T>(path: string, method?: string, body?: object) => Promise<T>;

function createAsk(base: string, key: string | null): Ask {
  return async <T>(path: string, method = 'GET', body?: object) => {
    const isFile = Buffer.isBuffer(body);
    const headers = {
      'content-type': isFile ? 'application/pdf' : 'application/json',
      'idempotency-key': `bench-${performance.now()}`,
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
    };
    const sent = body === undefined ? null : isFile ? Uint8Array.from(body) : JSON.stringify(body);
    const answer = await fetch(base + path, { method, headers, body: sent });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
}

/** Asks every half second: what is measured is another process. */
async function until(look: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await look());) {
    if (Date.now() > end) throw new Error('the contract does not get on');
    await pause(500);
  }
}
