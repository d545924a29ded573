import {
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { createWatchActivities, WatchTurn } from '../activities/watch.js';
import { SIGNALS } from '../domain/messages.js';

const { watchTurn } = proxyActivities<ReturnType<typeof createWatchActivities>>({
  startToCloseTimeout: '5 minutes',
  retry: { initialInterval: '2 seconds', maximumInterval: '1 minute' },
});

export const nudgeSignal = defineSignal(SIGNALS.nudge);

/**
 * The shared poll of one platform account: one list request a turn for all contracts that wait, the pause computed
 * from what the quota leaves. One entity workflow per connection, for ever.
 */
export async function watch(connectionId: string): Promise<void> {
  let nudged = false;
  setHandler(nudgeSignal, () => {
    nudged = true;
  });
  while (!workflowInfo().continueAsNewSuggested) {
    nudged = false;
    const turn = await watchTurn.executeWithOptions({ summary: 'one list for all that wait' }, []);
    setCurrentDetails(describe(turn));
    await condition(() => nudged, turn.nextInMs, { summary: 'until the next poll' });
  }
  await continueAsNew<typeof watch>(connectionId);
}

function describe(turn: WatchTurn): string {
  const next = new Date(Date.now() + turn.nextInMs).toISOString();
  return `${turn.waiting} contracts wait · ${turn.changed} changed at the last look · ${turn.used} requests in 24 h · next poll ${next}`;
}
