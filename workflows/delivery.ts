import { proxyActivities } from '@temporalio/workflow';
import type { createDeliverActivities } from '../activities/deliver.js';
import type { DeliveryEnd, DeliveryInput } from '../domain/messages.js';

/** An attempt takes 15 s at most; the rest is for its turn at the endpoint and for PostgreSQL. */
const { deliver } = proxyActivities<ReturnType<typeof createDeliverActivities>>({
  startToCloseTimeout: '25 seconds',
  // Only for what is no failure of the receiver: a worker that was killed, a database that is away.
  retry: { initialInterval: '1 second', maximumInterval: '5 seconds' },
});

/**
 * Brings one event to one endpoint (api.md, *Webhooks*). All attempts of a round are retries of one activity, paced
 * by the delay that it asks for: the history is as small after ten attempts as after one.
 */
export function delivery(input: DeliveryInput): Promise<DeliveryEnd> {
  return deliver.executeWithOptions({ summary: 'one event to one endpoint' }, [input]);
}
