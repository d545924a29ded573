import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { workerService } from '../local/stack/product.js';
import { createSealer } from '../local/twin/seal/sealer.js';
import { buildDocument } from './verify/build-document.js';
import { percentile } from './percentile.js';

const RUNS = 7;
const PEOPLE = [
  {
    id: 's1',
    firstName: 'Camille',
    lastName: 'Dubois',
    email: 'camille@example.org',
    signedAt: '2026-06-01T12:00:00Z',
  },
];

interface Figures {
  readonly megabytes: number;
  readonly firstMs: number;
  readonly medianMs: number;
  readonly maxMs: number;
  readonly cpuMs: number;
  /** After the first one, and after all. */
  readonly firstPeakMb: number;
  readonly peakMb: number;
  readonly verdict: string;
}

/**
 * How long the verification of one document takes and the most memory that its process had: 10 MB in 20 pages of
 * images, and 300 pages of text. Each in a process of its own, with the deposited pages compared and names looked for;
 * the first and those that follow, in threads and with the settings of the worker, and without as
 * `npm run verify-document` does it.
 */
export async function benchVerify(): Promise<object> {
  const home = await mkdtemp(join(tmpdir(), 'paraphe-bench-'));
  try {
    const image = randomFillSync(Buffer.alloc(700 * 700));
    return {
      '10 MB, 20 pages of images': await measure(home, buildDocument(20, image)),
      '300 pages of text': await measure(home, buildDocument(300, null)),
    };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function measure(home: string, document: Buffer): Promise<Record<string, Figures>> {
  const at = new Date('2026-06-01T12:00:00Z');
  const sealer = await createSealer({ home, now: () => at });
  const contract = { id: 'c-1', label: 'Bench', language: 'fr' } as const;
  const order = {
    document,
    name: 'bench.pdf',
    contract,
    signatories: PEOPLE,
    events: [],
    at,
    watermark: true,
  };
  const job = {
    signed: join(home, 'signed.pdf'),
    original: join(home, 'original.pdf'),
    signerTrust: sealer.signerTrustPem,
    tsaTrust: sealer.tsaTrustPem,
    runs: RUNS,
  };
  await writeFile(job.signed, await sealer.seal(order));
  await writeFile(job.original, document);
  return {
    inThreads: figuresOf(document, await runChild({ ...job, inThread: true })),
    inProcess: figuresOf(document, await runChild({ ...job, inThread: false })),
  };
}

function figuresOf(document: Buffer, { times, cpuMs, firstPeakMb, peakMb, verdict }: Found): Figures {
  const [first = 0, ...later] = times;
  return {
    megabytes: document.length / 1e6,
    firstMs: Math.round(first),
    medianMs: Math.round(percentile(later, 0.5)),
    maxMs: Math.round(Math.max(...later)),
    cpuMs: Math.round(cpuMs),
    firstPeakMb: Math.round(firstPeakMb),
    peakMb: Math.round(peakMb),
    verdict,
  };
}

interface Found {
  readonly times: number[];
  readonly firstPeakMb: number;
  readonly peakMb: number;
  readonly cpuMs: number;
  readonly verdict: string;
}

function runChild(job: { inThread: boolean }): Promise<Found> {
  const { args, env } = workerService({});
  const asWorker = job.inThread ? { args: args.slice(0, -1), env } : { args: [], env: {} };
  const program = [join(__dirname, 'verify', 'child.js'), JSON.stringify(job)];
  const child = spawn(process.execPath, [...asWorker.args, ...program], {
    env: { ...process.env, ...asWorker.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      try {
        resolve(JSON.parse(Buffer.concat(parts).toString()) as Found);
      } catch {
        reject(new Error('the verifying process gave no figures'));
      }
    });
  });
}
