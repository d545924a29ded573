import { proxyActivities } from '@temporalio/workflow';
import type { createUpkeepActivities } from '../activities/upkeep.js';

const { startContracts, ensureWatch } = proxyActivities<ReturnType<typeof createUpkeepActivities>>({
  startToCloseTimeout: '1 minute',
  retry: { maximumAttempts: 3 },
});

/** Runs by a Schedule each minute: starts what was accepted while Temporal was away, and the watch if it is missing. */
export async function upkeep(): Promise<void> {
  await ensureWatch();
  await startContracts();
}
