import type { Attempt } from '../adapters/webhooks/send.js';
import type { EndpointSign } from './endpoint-gate.js';

/** Answers of a receiver, or of what stands before it, that can take no more just now. */
const OVERLOADED = new Set([429, 502, 503, 504]);

/**
 * What an attempt shows of its endpoint. A refusal of one event (500, 404, …) comes from a receiver that is there:
 * it must not hold up the other events.
 */
export function signOf({ outcome, status }: Attempt): EndpointSign {
  if (outcome !== 'retry') return outcome === 'gone' ? 'gone' : 'alive';
  return status === undefined || OVERLOADED.has(status) ? 'down' : 'alive';
}
