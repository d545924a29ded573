import { randomFillSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../local/ports.js';
import { startStack, type Stack } from '../local/stack/stack.js';
import { completeContract } from './retrieval/complete-contract.js';
import { buildDocument } from './verify/build-document.js';

const DOCUMENTS = 5;
/** Grey images of 700 by 700 pixels, one a page. */
const PAGES = 42;

/**
 * The most memory that the real worker process has (VmHWM) while a contract with five documents of 20 MB is created on
 * the twin, signed, retrieved, verified and archived in a local edition of its own. Linux only.
 */
export async function benchRetrieval(parts: readonly string[]): Promise<object> {
  const home = await mkdtemp(join(tmpdir(), 'paraphe-bench-'));
  const pages = parts[0] === undefined ? PAGES : Number(parts[0]);
  let stack: Stack | null = null;
  try {
    stack = await startStack(await settingsFor(home), new AbortController().signal);
    const { worker = 0 } = stack.description.processes;
    const image = randomFillSync(Buffer.alloc(700 * 700));
    const document = buildDocument(pages, image);
    const idleMb = memoryOf(worker, 'VmRSS');
    const phases = await completeContract(stack.description, document, DOCUMENTS, () => {
      const peakMb = memoryOf(worker, 'VmHWM');
      forgetPeak(worker);
      return peakMb;
    });
    const { status, createdMs, completedMs, creationPeakMb, retrievalPeakMb } = phases;
    const peakMb = Math.max(creationPeakMb, retrievalPeakMb);
    return {
      documents: DOCUMENTS,
      megabytesEach: document.length / 1e6,
      status,
      idleMb,
      creationPeakMb,
      retrievalPeakMb,
      peakMb,
      createdMs,
      completedMs,
    };
  } finally {
    await stack?.stop();
    await rm(home, { recursive: true, force: true });
  }
}

async function settingsFor(home: string): Promise<Parameters<typeof startStack>[0]> {
  return {
    home,
    apiPort: await freePort(),
    environment: 'sandbox',
    databaseUrl: null,
    temporalAddress: null,
    platformUrl: null,
    smtpUrl: null,
    archiveUrl: null,
    masterKeyGiven: false,
    verbose: false,
  };
}

/** From the kernel's account of a process, in MB. */
function memoryOf(pid: number, name: 'VmHWM' | 'VmRSS'): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(found?.[1] ?? Number.NaN) / 1024);
}

/** From now on VmHWM tells of what comes (proc(5), clear_refs). */
function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
