import { readFileSync } from 'node:fs';

import { verifyDocument } from '../../adapters/signature/verify-document.js';

interface Job {
  readonly signed: string;
  readonly original: string;
  readonly signerTrust: string;
  readonly tsaTrust: string;
  readonly runs: number;
}

/** Verifies one document again and again; prints the times and the most memory the process had. */
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
  const times: number[] = [];
  let verdict = '';
  let peakMb = 0;
  const cpuBefore = process.cpuUsage();
  for (let i = 0; i < job.runs; i++) {
    const from = performance.now();
    const report = await verifyDocument(input);
    times.push(performance.now() - from);
    verdict = [report.verdict, ...report.reasons.map((reason) => reason.code)].join(' ');
    // What one verification needs: later runs only add what the collector has not yet taken.
    if (i === 0) peakMb = process.resourceUsage().maxRSS / 1024;
  }
  process.stdout.write(JSON.stringify({ times, verdict, peakMb, cpuMs: cpuSince(cpuBefore) / job.runs }));
}

/** Milliseconds of processor: what a busy machine does not change much. */
function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

void main();
