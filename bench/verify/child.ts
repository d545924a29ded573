import { readFileSync } from 'node:fs';

import { verifyDocument } from '../../adapters/signature/verify-document.js';
import { createThreadVerifier } from '../../adapters/signature/verify-in-thread.js';

interface Job {
  readonly signed: string;
  readonly original: string;
  readonly signerTrust: string;
  readonly tsaTrust: string;
  readonly runs: number;
  /** As the worker does it, each in a thread of its own, or as the command does it. */
  readonly inThread: boolean;
}

/** Verifies one document again and again; prints the times and the most memory that the process had in all of them. */
async function main(): Promise<void> {
  const job = JSON.parse(process.argv[2] ?? '{}') as Job;
  const input = {
    signed: readFileSync(job.signed),
    original: readFileSync(job.original),
    signatories: ['Camille Dubois'],
    allowStamps: ['TEST'],
    signerTrust: [job.signerTrust],
    tsaTrust: [job.tsaTrust],
  };
  const verify = job.inThread ? createThreadVerifier() : verifyDocument;
  const times: number[] = [];
  let verdict = '';
  let firstPeakMb = 0;
  const cpuBefore = process.cpuUsage();
  for (let i = 0; i < job.runs; i++) {
    const from = performance.now();
    const report = await verify(input);
    times.push(performance.now() - from);
    if (i === 0) firstPeakMb = peakMb();
    verdict = [report.verdict, ...report.reasons.map((reason) => reason.code)].join(' ');
  }
  const figures = { times, verdict, firstPeakMb, peakMb: peakMb(), cpuMs: cpuSince(cpuBefore) / job.runs };
  process.stdout.write(JSON.stringify(figures));
}

/** The most that was resident until now, in MiB. */
const peakMb = (): number => process.resourceUsage().maxRSS / 1024;

/** Milliseconds of processor: what a busy machine does not change much. */
function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

void main();
