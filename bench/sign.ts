import { cpus } from 'node:os';
import { processorMs } from './processor-time.js';
import { startLocalStack, type BenchStack } from './local-stack.js';
import { openContracts, type OpenContract } from './sign/open-contracts.js';
import { signAll } from './sign/sign-all.js';

const AT_ONCE = 20;
/** What the platform of this bench takes to answer a signature, as one across the internet would. */
const PLATFORM_MS = 250;
/** The product's own interval; the local edition looks each second. */
const WATCH = { WATCH_MIN_INTERVAL_MS: '5000', WATCH_MAX_INTERVAL_MS: '5000' };
const WARM = 20;
/** With few at once the machine has time to spare: there it shows how long one takes. */
const LEVELS = [
  { atOnce: 1, signatures: 32 },
  { atOnce: 5, signatures: 60 },
  { atOnce: AT_ONCE, signatures: 120 },
];
const SIGNATURES = 120;
/** One of each contract never signs, so that no retrieval is measured with the signatures. */
const SIGNING = 4;
const BURSTS = 3;

/**
 * Signing by API at 1, 5 and 20 at once, each part of the stack a process of its own. Our own share is the whole time
 * but for what the twin was told to wait: its own work on a signature counts as ours.
 */
export async function benchSign(): Promise<object> {
  const stack = await startLocalStack({ PLATFORM_ENVIRONMENT: 'sandbox', ...WATCH });
  try {
    const distantly = LEVELS.reduce((sum, { signatures }) => sum + signatures, 0);
    const contracts = await openContracts(stack, (WARM + distantly + SIGNATURES) / SIGNING, SIGNING + 1);
    // One of each contract after the other: two of one contract at once would wait for each other's platform.
    const persons = Array.from({ length: SIGNING }, (_none, index) =>
      contracts.map(({ id, signatories }) => ({ id, signatoryId: signatories[index]! })),
    ).flat();
    const sign = async (count: number, platformMs: number, atOnce = AT_ONCE): Promise<object> => {
      const before = costs(stack);
      const signing = { persons: persons.splice(0, count), atOnce, platformMs };
      const result = await signAll(stack, signing);
      process.stderr.write(`paraphe: ${JSON.stringify(result)}\n`);
      return { ...result, processorMsPerSignature: difference(before, costs(stack), count) };
    };
    await sign(WARM, 0);
    await delaySignatures(stack, PLATFORM_MS);
    const distant: Record<string, object> = {};
    for (const { atOnce, signatures } of LEVELS)
      distant[`${atOnce} at once`] = await sign(signatures, PLATFORM_MS, atOnce);
    await delaySignatures(stack, 0);
    const atOnce = await sign(SIGNATURES, 0);
    return {
      cpus: cpus().length,
      platformAnswersIn250Ms: distant,
      platformAnswersAtOnce: atOnce,
      lastSignatures: await lastSignatures(stack),
    };
  } finally {
    await stack.stop();
  }
}

/** Bursts of signatures that complete their contracts: retrievals follow at once, and are not waited for. */
async function lastSignatures(stack: BenchStack): Promise<object> {
  const contracts = await openContracts(stack, BURSTS * AT_ONCE, 1);
  const persons = contracts.map(({ id, signatories }: OpenContract) => ({
    id,
    signatoryId: signatories[0]!,
  }));
  await delaySignatures(stack, PLATFORM_MS);
  return signAll(stack, { persons, atOnce: AT_ONCE, platformMs: PLATFORM_MS });
}

/** CPU time of each part, in milliseconds: what other work on the machine does not change. */
function costs({ description }: BenchStack): Record<string, number> {
  const entries = Object.entries(description.processes);
  return Object.fromEntries(entries.map(([name, pid]) => [name, processorMs(pid)]));
}

function difference(
  before: Record<string, number>,
  after: Record<string, number>,
  count: number,
): Record<string, number> {
  const each = (name: string): number => ((after[name] ?? 0) - (before[name] ?? 0)) / count;
  return Object.fromEntries(Object.keys(after).map((name) => [name, Math.round(each(name) * 10) / 10]));
}

async function delaySignatures({ description }: BenchStack, ms: number): Promise<void> {
  const url = `${description.twinControl}/control/faults`;
  await fetch(url, { method: 'DELETE' });
  if (ms === 0) return;
  const body = JSON.stringify({ request: 'signatorySignRequest', kind: 'delay', ms });
  await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}
