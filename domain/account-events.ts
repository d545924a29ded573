import type { Environment } from './contract/state.js';
import type { EventType } from './events.js';

/** The data of events that belong to no contract: ids, counts and codes, no personal data. */
export const accountEventData = {
  test: (endpointId: string) => ({ endpoint: { id: endpointId } }),
  disabled: (endpointId: string, disabledReason: string, disabledAt: string) => ({
    endpoint: { id: endpointId, disabledReason, disabledAt },
  }),
  /** Calls of all but interactive kinds in the last 24 hours; `limit` null: no quota. */
  quota: (used: number, limit: number | null) => ({ used, limit }),
  platform: () => ({}),
  outages: (plannedOutages: readonly { from: string; to: string; reason: string }[]) => ({ plannedOutages }),
  key: (id: string, expiresAt: string) => ({ key: { id, expiresAt } }),
};

/** The body of an event without a contract: its sequence is null. */
export function renderAccountEvent(event: {
  id: string;
  type: EventType;
  environment: Environment;
  data: object;
  occurredAt: string;
  observedAt: string;
}): object {
  const { id, type, environment, data, occurredAt, observedAt } = event;
  return { id, type, version: '1', sequence: null, occurredAt, observedAt, environment, data };
}
