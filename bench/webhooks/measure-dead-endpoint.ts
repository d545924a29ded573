import { summarise } from '../percentile.js';
import type { ContractState } from '../../domain/contract/state.js';
import { firstAttemptLatencies } from './latency.js';
import { tellAtPace } from './pace.js';
import { openReceiver, wellBehaved, type Behaviour, type Receiver } from './receiver.js';
import type { WebhookStack } from './stack.js';
import { until } from './until.js';

type Sample = ReturnType<typeof summarise>;

const ENDPOINTS = 10;
/** The worst kind of dead: takes the request and never answers. */
const silent: Behaviour = () => undefined;

/** The latencies at nine live endpoints, beside a tenth that lives and beside one that is dead. */
export async function measureDeadEndpoint(
  stack: WebhookStack,
  wish: { count: number; perSecond: number },
): Promise<{ allLive: Sample; oneDead: Sample; p95Ratio: number }> {
  const allLive = await measure(stack, wish, wellBehaved);
  const oneDead = await measure(stack, wish, silent);
  return { allLive, oneDead, p95Ratio: Math.round((100 * oneDead.p95) / Math.max(1, allLive.p95)) / 100 };
}

/** Events go to the endpoints in turn, each of a client of its own. */
async function measure(
  stack: WebhookStack,
  wish: { count: number; perSecond: number },
  last: Behaviour,
): Promise<Sample> {
  const contracts: ContractState[] = [];
  const receivers: Receiver[] = [];
  try {
    for (let n = 0; n < ENDPOINTS; n++) {
      const receiver = await openReceiver(n === ENDPOINTS - 1 ? last : wellBehaved);
      receivers.push(receiver);
      const clientId = await stack.addClient();
      await stack.addEndpoint(clientId, receiver.url);
      contracts.push(await stack.addContract(clientId));
    }
    const tenth = contracts[ENDPOINTS - 1]!.id;
    const live = receivers.slice(0, -1);
    await tellAtPace(stack, contracts, { count: ENDPOINTS * 2, perSecond: wish.perSecond });
    const all = await tellAtPace(stack, contracts, wish);
    const commits = new Map([...all].filter(([key]) => !key.startsWith(tenth)));
    const due = commits.size + 2 * live.length;
    await until(() => live.reduce((sum, { arrivals }) => sum + arrivals.length, 0) >= due, 60_000);
    return summarise(firstAttemptLatencies(commits, live));
  } finally {
    receivers.forEach((receiver) => receiver.close());
  }
}
