import type { Arrival, Receiver } from './receiver.js';
import type { Commits } from './pace.js';

interface Told {
  sequence: number;
  data: { contract?: { id: string } };
}

/** Milliseconds from each commit to the first attempt's arrival, for what has arrived. */
export function firstAttemptLatencies(commits: Commits, receivers: readonly Receiver[]): number[] {
  const first = new Map<string, number>();
  for (const { body, at } of receivers.flatMap(({ arrivals }) => arrivals)) {
    const key = eventKey({ body });
    if (!first.has(key)) first.set(key, at);
  }
  return [...commits].flatMap(([key, at]) => {
    const arrived = first.get(key);
    return arrived === undefined ? [] : [Math.max(0, arrived - at)];
  });
}

/** `contract#sequence` of what arrived; empty for an event without a contract. */
export function eventKey({ body }: Pick<Arrival, 'body'>): string {
  const { sequence, data } = JSON.parse(body) as Told;
  return data.contract === undefined ? '' : `${data.contract.id}#${sequence}`;
}
