import type { GateDeps, Gate } from '../activities/platform-gate.js';
import { QuotaWait } from '../activities/platform-gate.js';
import type { ContractState } from '../domain/contract/state.js';
import type { Transition } from '../activities/record.js';
import type { Attempt, WebhookSender } from '../adapters/webhooks/send.js';
import { count, observeDuration } from '../runtime/telemetry/instruments.js';

/** Counts each request to the platform that ended. */
export const countCall: NonNullable<GateDeps['onCall']> = (operation, outcome) =>
  count('paraphe_platform_requests_total', { operation, outcome });

/** Counts the requests for which the quota had no slot. */
export function countWaits(gate: Gate): Gate {
  return async (deed, ask, idsOf) => {
    try {
      return await gate(deed, ask, idsOf);
    } catch (error) {
      if (error instanceof QuotaWait) count('paraphe_quota_waits_total', { operation: deed.operation });
      throw error;
    }
  };
}

/** Measures what the objectives promise, from the states that are recorded (ops/objectives.md). */
export function measureRecords<
  T extends { record: (transition: Transition) => Promise<ContractState | null> },
>(activities: T): T {
  const record = async (transition: Transition): Promise<ContractState | null> => {
    const other = await activities.record(transition);
    if (other !== null) return other;
    const { state, events } = transition;
    for (const { type } of events) {
      if (type === 'contract.published')
        observe('paraphe_contract_publish_duration_seconds', state.createdAt, state.publishedAt);
      if (type === 'contract.completed')
        observe('paraphe_contract_retrieve_duration_seconds', state.signedAt, state.completedAt);
    }
    return null;
  };
  return { ...activities, record };
}

function observe(name: Parameters<typeof observeDuration>[0], from: string | null, to: string | null): void {
  if (from !== null && to !== null) observeDuration(name, (Date.parse(to) - Date.parse(from)) / 1000);
}

/** Counts the attempts to deliver, by what came of them. */
export function countAttempts(sender: WebhookSender): WebhookSender {
  return {
    ...sender,
    async send(request) {
      const attempt = await sender.send(request);
      count('paraphe_webhook_attempts_total', {
        outcome: attempt.outcome,
        status_class: statusClass(attempt),
      });
      return attempt;
    },
  };
}

function statusClass({ status }: Attempt): string {
  return status === undefined ? 'none' : `${Math.floor(status / 100)}xx`;
}
