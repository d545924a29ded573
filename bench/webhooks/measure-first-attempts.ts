import { summarise } from '../percentile.js';
import { firstAttemptLatencies } from './latency.js';
import { tellAtPace } from './pace.js';
import { openReceiver } from './receiver.js';
import type { WebhookStack } from './stack.js';
import { until } from './until.js';

/** How long after a state change the first attempt arrives, at a steady pace of events to one endpoint. */
export async function measureFirstAttempts(
  stack: WebhookStack,
  wish: { seconds: number; perSecond: number },
): Promise<ReturnType<typeof summarise> & { perSecond: number }> {
  const receiver = await openReceiver();
  try {
    const clientId = await stack.addClient();
    await stack.addEndpoint(clientId, receiver.url);
    const contracts = await Promise.all(Array.from({ length: 50 }, () => stack.addContract(clientId)));
    // The first ones open connections and fill caches.
    await tellAtPace(stack, contracts, { count: 20, perSecond: 20 });
    await until(() => receiver.arrivals.length === 20, 20_000);
    const count = wish.seconds * wish.perSecond;
    const commits = await tellAtPace(stack, contracts, { count, perSecond: wish.perSecond });
    await until(() => receiver.arrivals.length >= count + 20, 60_000);
    return { perSecond: wish.perSecond, ...summarise(firstAttemptLatencies(commits, [receiver])) };
  } finally {
    receiver.close();
  }
}
