import { cancellationSignal } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { DeliveryEnd, DeliveryInput } from '../domain/messages.js';
import type { AttemptDelivery } from './attempt-delivery.js';

/** One attempt each time it is called; throws a benign failure with the pause until the next one. */
export function createDeliverActivities({ attempt }: { attempt: AttemptDelivery }): {
  deliver: (input: DeliveryInput) => Promise<DeliveryEnd>;
} {
  return {
    async deliver(input) {
      const result = await attempt({ ...input, signal: cancellationSignal() });
      if ('end' in result) return result.end;
      throw later(result.again, result.inMs);
    },
  };
}

/** Tried again after the pause; no mark in history, metrics or logs. */
function later(type: string, pauseMs: number): ApplicationFailure {
  const nextRetryDelay = Math.max(1, Math.round(pauseMs));
  const category = ApplicationFailureCategory.BENIGN;
  return ApplicationFailure.create({ type, message: type, nextRetryDelay, category });
}
