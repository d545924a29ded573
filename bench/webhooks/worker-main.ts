import { BUNDLE_PATH } from '../../worker/bundle.js';
import { runDeliveries } from './run-worker.js';
import type { StackServers } from './stack.js';

/** A worker in a process of its own, to be killed; kicked by messages. The schedule is that of a patient test. */
async function main(): Promise<void> {
  const { servers, quick } = JSON.parse(process.argv[2] ?? '{}') as { servers: StackServers; quick: boolean };
  const wish = quick ? { nextDelay: quickDelay, soonMs: QUICK_SOON_MS } : {};
  const worker = await runDeliveries(servers, { workflowBundle: { codePath: BUNDLE_PATH } }, wish);
  process.on('message', () => worker.kick());
  process.on('disconnect', () => process.exit(0));
  process.send?.('ready');
}

/** Of the quick delays the first one passes in the queue, the others in workflows. */
const QUICK_SOON_MS = 150;

/**
 * Forty attempts within minutes, so that a run need not take three days, and no event runs out of them where seven in
 * ten fail; Retry-After as asked.
 */
function quickDelay(
  made: number,
  { retryAfterMs = 0 }: { retryAfterMs?: number | undefined },
): number | null {
  return made >= 40 ? null : Math.max(retryAfterMs, 100 * Math.min(made, 20));
}

if (require.main === module) void main();
