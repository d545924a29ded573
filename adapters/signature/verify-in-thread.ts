import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import type { VerifyInput } from './verify-document.js';
import type { FetchAnswer, ThreadJob, ThreadMessage } from './verify-thread.js';
import type { RevocationFetcher } from './verify/check-revocation.js';
import { compilePdfium } from './verify/load-pdfium.js';
import { verdictOf, type Reason } from './verify/reason.js';
import type { VerificationReport } from './verify/report.js';

export interface ThreadVerifierDeps {
  /** How long one document may take; 30 s when absent. */
  readonly timeLimitMs?: number;
  /** JavaScript heap of the thread, in MiB; 192 when absent. PDFium's own memory has a limit of its own. */
  readonly heapLimitMb?: number;
  /** How many documents at once; 1 when absent, which keeps five large ones within 600 MB. */
  readonly concurrency?: number;
  /** The thread's program and Node's options for it, where they are not the built ones (tests). */
  readonly entry?: string;
  readonly execArgv?: string[];
}

export type VerifyInThread = (input: VerifyInput) => Promise<VerificationReport>;

const TIME_LIMIT_MS = 30_000;
const HEAP_LIMIT_MB = 192;
/** Garbage that may lie about before it is collected. */
const YOUNG_LIMIT_MB = 12;

/**
 * Verifies like verifyDocument, each document in a thread of its own: what takes too long or too much memory
 * ends as INDETERMINATE with `time-limit` or `memory-limit` and cannot take the process with it. Waits its
 * turn when as many are under way as may be. RangeError for a trust file that holds no certificate.
 */
export function createThreadVerifier(deps: ThreadVerifierDeps = {}): VerifyInThread {
  let free = deps.concurrency ?? 1;
  const queue: (() => void)[] = [];
  return async (input) => {
    if (free === 0) await new Promise<void>((resolve) => queue.push(resolve));
    else free--;
    try {
      return await verifyOnce(input, deps);
    } finally {
      const next = queue.shift();
      if (next) next();
      else free++;
    }
  };
}

async function verifyOnce(input: VerifyInput, deps: ThreadVerifierDeps): Promise<VerificationReport> {
  const { revocation, signed, original, ...rest } = input;
  const fetcher = revocation === 'none' || revocation === undefined ? null : revocation;
  const files = { signed: shared(signed), ...(original === undefined ? {} : { original: shared(original) }) };
  const job: ThreadJob = {
    input: { ...rest, ...files },
    mayFetch: fetcher !== null,
    pdfium: await compilePdfium(),
  };
  const worker = new Worker(deps.entry ?? join(__dirname, 'verify-thread.js'), {
    workerData: job,
    resourceLimits: {
      maxOldGenerationSizeMb: deps.heapLimitMb ?? HEAP_LIMIT_MB,
      maxYoungGenerationSizeMb: YOUNG_LIMIT_MB,
    },
    ...(deps.execArgv ? { execArgv: deps.execArgv } : {}),
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<VerificationReport>((resolve, reject) => {
      const limit = deps.timeLimitMs ?? TIME_LIMIT_MS;
      const late: Reason = { code: 'time-limit', detail: `The verification took longer than ${limit} ms.` };
      timer = setTimeout(() => resolve(unfinished(input, late)), limit);
      worker.on('message', (message: ThreadMessage) => {
        if (message.kind === 'fetch') void answer(worker, fetcher, message);
        else if (message.kind === 'report') resolve(message.report);
        else reject(new RangeError(message.message));
      });
      worker.once('error', (error) => resolve(unfinished(input, reasonOf(error))));
      worker.once('exit', () => resolve(unfinished(input, reasonOf(undefined))));
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

/** The same bytes in memory that the thread shares; what it is given otherwise is copied twice. */
function shared(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

async function answer(
  worker: Worker,
  fetcher: RevocationFetcher | null,
  { id, url, request }: Extract<ThreadMessage, { kind: 'fetch' }>,
): Promise<void> {
  const asked = request ? fetcher?.ocsp(url, request) : fetcher?.crl(url);
  const data = await (asked ?? Promise.resolve(null)).catch(() => undefined);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
  worker.postMessage({ id, data } satisfies FetchAnswer);
}

function reasonOf(error: unknown): Reason {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return { code: 'memory-limit', detail: 'The verification took more memory than it may.' };
  }
  return { code: 'internal-error', detail: 'The verification broke off.' };
}

function unfinished(input: VerifyInput, reason: Reason): VerificationReport {
  return {
    ...verdictOf([reason]),
    level: null,
    signatures: [],
    reasons: [reason],
    sha256: createHash('sha256').update(input.signed).digest('hex'),
    pages: null,
    verifiedAt: (input.at ?? new Date()).toISOString(),
  };
}
