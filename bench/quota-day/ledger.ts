import { nextSlot, type SlotRequest } from '../../domain/quota/next-slot.js';
import { WINDOW_MS } from '../../domain/quota/policy.js';
import type { WindowCall } from '../../domain/quota/publishing-plan.js';

const DAY_MS = 86_400_000;

/** The ledger's decisions (store/platform-calls.ts) without its database: the same function over the same calls. */
export interface SimulatedLedger {
  /** Takes a slot, or says when to come back. */
  take: (request: SlotRequest, now: number) => number | null;
  window: (now: number) => WindowCall[];
  /** The most calls in any sliding 24 hours: of all kinds, and of a platform that counts from midnight it is less. */
  mostInADay: () => number;
  count: (operation: string) => number;
}

export function createSimulatedLedger(limit: number): SimulatedLedger {
  const calls: WindowCall[] = [];
  let first = 0;
  const window = (now: number): WindowCall[] => {
    while (first < calls.length && calls[first]!.at <= now - WINDOW_MS) first += 1;
    return calls.slice(first);
  };
  return {
    window,
    take(request, now) {
      const wait = nextSlot(window(now), limit, request, now);
      if (wait === null) calls.push({ at: now, operation: request.operation });
      return wait;
    },
    mostInADay() {
      let most = 0;
      for (let start = 0, end = 0; end < calls.length; end += 1) {
        while (calls[start]!.at <= calls[end]!.at - DAY_MS) start += 1;
        most = Math.max(most, end - start + 1);
      }
      return most;
    },
    count: (operation) => calls.filter((call) => call.operation === operation).length,
  };
}
