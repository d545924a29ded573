import { readFileSync } from 'node:fs';

import { CommandError, readCommand, USAGE } from './verify-command.js';
import { verifyDocument } from './verify-document.js';
import type { VerificationReport } from './verify/report.js';

const EXIT = { 'TOTAL-PASSED': 0, 'TOTAL-FAILED': 1, INDETERMINATE: 2 } as const;
const EXIT_USAGE = 64;

/** `npm run verify-document`: verifies files offline, for anyone (docs/verify-document.md). */
async function main(): Promise<number> {
  if (process.argv.includes('--help')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { input, json } = readCommand(process.argv.slice(2), (path) => readFileSync(path));
  const report = await verifyDocument(input);
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : summary(report));
  return EXIT[report.verdict];
}

function summary(report: VerificationReport): string {
  const signatures = report.signatures.map((one) => {
    const who = one.signer?.commonName ?? one.timestampAuthority?.commonName ?? 'unknown';
    return `  ${one.verdict}  ${one.kind} ${one.field}: ${who}, ${one.time ?? 'no proven time'}, ${one.level ?? '-'}`;
  });
  const reasons = report.reasons.map((reason) => `  ${reason.code}: ${reason.detail}`);
  const head = [report.verdict, ...report.subIndications].join(' ');
  return `${[`${head} (level ${report.level ?? '-'})`, ...signatures, ...reasons].join('\n')}\n`;
}

function explain(error: unknown): number {
  const isUsage = error instanceof CommandError || error instanceof RangeError;
  process.stderr.write(`verify-document: ${error instanceof Error ? error.message : String(error)}\n`);
  if (isUsage) process.stderr.write('See npm run verify-document -- --help\n');
  return EXIT_USAGE;
}

async function run(): Promise<void> {
  process.exitCode = await main().catch(explain);
}

void run();
