import { parentPort, workerData } from 'node:worker_threads';

import { verifyDocument, type VerifyInput } from './verify-document.js';
import type { RevocationFetcher } from './verify/check-revocation.js';
import { usePdfium } from './verify/load-pdfium.js';

/** What the thread is given: everything but the fetcher, which stays with whoever may go out. */
export interface ThreadJob {
  readonly input: VerifyInput;
  readonly mayFetch: boolean;
  /** PDFium, compiled once for all threads. */
  readonly pdfium: object;
}

/** A question to the owner of the thread, or the answer to the job. */
export type ThreadMessage =
  | { readonly kind: 'fetch'; readonly id: number; readonly url: string; readonly request: Uint8Array | null }
  | { readonly kind: 'report'; readonly report: Awaited<ReturnType<typeof verifyDocument>> }
  | { readonly kind: 'refused'; readonly message: string };

export interface FetchAnswer {
  readonly id: number;
  /** Null: asking there is not allowed; undefined: there was no answer. */
  readonly data: Uint8Array | null | undefined;
}

const job = workerData as ThreadJob;
const port = parentPort;

function createAsker(): RevocationFetcher {
  const waiting = new Map<number, (data: FetchAnswer['data']) => void>();
  port?.on('message', ({ id, data }: FetchAnswer) => waiting.get(id)?.(data));
  let next = 0;
  const ask = async (url: string, request: Uint8Array | null): Promise<Uint8Array | null> => {
    const id = next++;
    const answer = new Promise<FetchAnswer['data']>((resolve) => waiting.set(id, resolve));
    port?.postMessage({ kind: 'fetch', id, url, request } satisfies ThreadMessage);
    const data = await answer;
    if (data === undefined) throw new Error('revocation data could not be had');
    return data;
  };
  return { crl: (url) => ask(url, null), ocsp: ask };
}

async function run(): Promise<void> {
  usePdfium(job.pdfium);
  const revocation = job.mayFetch ? createAsker() : 'none';
  try {
    const report = await verifyDocument({ ...job.input, revocation });
    port?.postMessage({ kind: 'report', report } satisfies ThreadMessage);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    port?.postMessage({ kind: 'refused', message } satisfies ThreadMessage);
  }
  port?.close();
}

void run();
