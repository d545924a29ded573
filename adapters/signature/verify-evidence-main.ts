import { accessSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openZip } from './evidence/open-zip.js';
import { verifyEvidence, type EvidenceReport } from './evidence/verify-evidence.js';

const USAGE = `usage: npm run verify-evidence -- FILE.zip [--key PEM] [--trust PEM]… [--tsa-trust PEM]… [--evidence-tsa-trust PEM]… [--json]
  --key                 the service's public key; without it the one in the file is believed
  --trust, --tsa-trust  anchors for signers and their timestamps; without them those in the file
  --evidence-tsa-trust  anchors for the manifest's timestamp
exit: 0 passed, 1 failed, 2 indeterminate, 64 the command was not understood
`;
const EXIT = { passed: 0, failed: 1, indeterminate: 2 } as const;
const EXIT_USAGE = 64;
const LIST = { type: 'string', multiple: true } as const;
const OPTIONS = {
  key: { type: 'string' },
  trust: LIST,
  'tsa-trust': LIST,
  'evidence-tsa-trust': LIST,
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** `npm run verify-evidence`: checks an evidence file offline, without the service (docs/guides/evidence.md). */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [file] = positionals;
  if (values.help === true || file === undefined) {
    process.stdout.write(USAGE);
    return values.help === true ? 0 : EXIT_USAGE;
  }
  const read = (paths: string[] = []): string[] => paths.map((path) => readFileSync(path, 'utf8'));
  const trust = {
    key: values.key === undefined ? null : readFileSync(values.key, 'utf8'),
    signers: read(values.trust),
    timestamps: read(values['tsa-trust']),
    evidenceTimestamps: read(values['evidence-tsa-trust']),
  };
  const report = await verifyFile(file, trust);
  process.stdout.write(values.json === true ? `${JSON.stringify(report, null, 2)}\n` : summary(report));
  return EXIT[report.verdict];
}

async function verifyFile(
  file: string,
  trust: Parameters<typeof verifyEvidence>[1],
): Promise<EvidenceReport> {
  // What is not there is a slip of the hand, no failed proof.
  accessSync(file);
  const zip = await openZip(file).catch((error: unknown) => (error as Error).message);
  if (typeof zip === 'string') {
    const checks = [{ name: 'file', result: 'failed' as const, detail: zip }];
    return { verdict: 'failed', contractId: null, provenAt: null, checks };
  }
  try {
    return await verifyEvidence(zip, trust);
  } finally {
    zip.close();
  }
}

function summary({ verdict, contractId, checks }: EvidenceReport): string {
  const lines = checks.map(({ name, result, detail }) => `  ${result.padEnd(13)} ${name}: ${detail}`);
  return `${[`${verdict.toUpperCase()} ${contractId ?? ''}`, ...lines].join('\n')}\n`;
}

async function run(): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    process.stderr.write(`verify-evidence: ${(error as Error).message}\n`);
    process.exitCode = EXIT_USAGE;
  }
}

void run();
