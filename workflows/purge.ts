import { proxyActivities } from '@temporalio/workflow';
import type { createPurgeActivities } from '../activities/purge.js';
import { heartbeatTimeout } from './heartbeat.js';

const acts = proxyActivities<Pick<ReturnType<typeof createPurgeActivities>, 'purgeContract'>>({
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout,
  retry: { initialInterval: '5 seconds', maximumInterval: '15 minutes' },
});

/** Removes a contract that was kept long enough, however often that has to be tried; the result is the receipt. */
export async function purge(contractId: string): Promise<object | null> {
  return acts.purgeContract.executeWithOptions({ summary: 'key destroyed, files removed' }, [contractId]);
}
