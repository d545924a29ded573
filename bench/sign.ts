import { cpus } from 'node:os';
import { startLocalStack, type BenchStack } from './local-stack.js';
import { openContracts, type OpenContract } from './sign/open-contracts.js';
import { signAll } from './sign/sign-all.js';

const AT_ONCE = 20;
/** What the platform of this bench takes to answer a signature, as one across the internet would. */
const PLATFORM_MS = 250;
const WARM = 80;
const SIGNATURES = 600;
/** One of each contract never signs, so that no retrieval is measured with the signatures. */
const SIGNING = 4;
const BURSTS = 5;

/**
 * Signing by API at 20 at once, each part of the stack a process of its own. Our own share is the whole time but for
 * what the twin was told to wait: its own work on a signature counts as ours.
 */
export async function benchSign(): Promise<object> {
  const stack = await startLocalStack({ PLATFORM_ENVIRONMENT: 'sandbox' });
  try {
    const contracts = await openContracts(stack, (WARM + 2 * SIGNATURES) / SIGNING, SIGNING + 1);
    const persons = contracts.flatMap(({ id, signatories }) =>
      signatories.slice(0, SIGNING).map((signatoryId) => ({ id, signatoryId })),
    );
    const sign = (count: number, platformMs: number): ReturnType<typeof signAll> =>
      signAll(stack, { persons: persons.splice(0, count), atOnce: AT_ONCE, platformMs });
    await sign(WARM, 0);
    await delaySignatures(stack, PLATFORM_MS);
    const distant = await sign(SIGNATURES, PLATFORM_MS);
    await delaySignatures(stack, 0);
    const atOnce = await sign(SIGNATURES, 0);
    return {
      cpus: cpus().length,
      atOnce: AT_ONCE,
      ownMs: distant.ownMs,
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

async function delaySignatures({ description }: BenchStack, ms: number): Promise<void> {
  const url = `${description.twinControl}/control/faults`;
  await fetch(url, { method: 'DELETE' });
  if (ms === 0) return;
  const body = JSON.stringify({ request: 'signatorySignRequest', kind: 'delay', ms });
  await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}
