import {
  condition,
  continueAsNew,
  defineSignal,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { AccountNews, WatchActivities, WatchTurn } from '../activities/watch.js';
import { accountEventData } from '../domain/account-events.js';
import type { EventType } from '../domain/events.js';
import { SIGNALS } from '../domain/messages.js';
import { quotaLevel, type QuotaLevel } from '../domain/watch/plan.js';
import { heartbeatTimeout } from './heartbeat.js';

const { watchTurn, tellClients } = proxyActivities<WatchActivities>({
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout,
  retry: { initialInterval: '2 seconds', maximumInterval: '1 minute' },
});

export const nudgeSignal = defineSignal(SIGNALS.nudge);

/** What was told last: an event is told when it changes. */
export interface WatchMemory {
  level: QuotaLevel;
  /** Turns in a row in which the platform gave no answer. */
  unanswered: number;
}

/** So many turns without an answer are an outage. */
const OUTAGE = 3;

/**
 * The shared poll of one platform account: one list request a turn for all contracts that wait, the pause computed
 * from what the quota leaves. One entity workflow per connection, for ever.
 */
export async function watch(
  connectionId: string,
  memory: WatchMemory = { level: 'ok', unanswered: 0 },
): Promise<void> {
  let nudged = false;
  setHandler(nudgeSignal, () => {
    nudged = true;
  });
  while (!workflowInfo().continueAsNewSuggested) {
    nudged = false;
    const turn = await watchTurn.executeWithOptions({ summary: 'one list for all that wait' }, []);
    memory = await tellWhatChanged(memory, turn);
    setCurrentDetails(describe(turn));
    await sleep(turn.soonestInMs, { summary: 'the shortest pause' });
    const rest = turn.nextInMs - turn.soonestInMs;
    if (rest > 0) await condition(() => nudged, rest, { summary: 'until the next poll' });
  }
  await continueAsNew<typeof watch>(connectionId, memory);
}

async function tellWhatChanged(before: WatchMemory, turn: WatchTurn): Promise<WatchMemory> {
  const level = quotaLevel(before.level, turn.limit, turn.otherCalls);
  const unanswered = turn.outcome === 'unavailable' ? before.unanswered + 1 : 0;
  const counts = accountEventData.quota(turn.otherCalls, turn.limit);
  if (level !== before.level && level === 'exhausted') await tell('quota.exhausted', counts);
  if (before.level === 'ok' && level === 'low') await tell('quota.low', counts);
  if (unanswered === OUTAGE) await tell('platform.unavailable', accountEventData.platform());
  if (before.unanswered >= OUTAGE && turn.outcome === 'looked')
    await tell('platform.recovered', accountEventData.platform());
  const isOpen = before.unanswered >= OUTAGE && turn.outcome !== 'looked';
  return { level, unanswered: isOpen ? Math.max(unanswered, OUTAGE + 1) : unanswered };
}

function tell(type: EventType, data: Record<string, unknown>): Promise<void> {
  const news: AccountNews = { type, data, at: new Date().toISOString() };
  return tellClients.executeWithOptions({ summary: type }, [news]);
}

function describe(turn: WatchTurn): string {
  const next = new Date(Date.now() + turn.nextInMs).toISOString();
  const quota = turn.limit === null ? 'no quota' : `${turn.used} of ${turn.limit} requests in 24 h`;
  return `${turn.waiting} contracts wait · ${turn.changed} changed at the last look (${turn.outcome}) · ${quota} · next poll ${next}`;
}
