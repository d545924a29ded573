import { defaultFailureConverter, defaultPayloadConverter, type Payload } from '@temporalio/common';
import { arrayFromPayloads, toPayloads } from '@temporalio/common/lib/converter/payload-converter';
import type { Job } from './workflow-host.js';

type Resolution = NonNullable<NonNullable<Job['resolveActivity']>['result']>;
type Failure = NonNullable<NonNullable<Resolution['failed']>['failure']>;

export function toPayload(value: unknown): Payload {
  return defaultPayloadConverter.toPayload(value);
}

export function payloadsOf(...values: unknown[]): Payload[] {
  return toPayloads(defaultPayloadConverter, ...values) ?? [];
}

export function fromPayloads(payloads: unknown): unknown[] {
  return arrayFromPayloads(defaultPayloadConverter, payloads as Payload[]);
}

export function fromPayload(payload: unknown): unknown {
  return payload == null ? undefined : defaultPayloadConverter.fromPayload(payload);
}

export function toFailure(error: unknown): Failure {
  return defaultFailureConverter.errorToFailure(error, defaultPayloadConverter);
}

export function fromFailure(failure: unknown): Error {
  return defaultFailureConverter.failureToError(failure as Failure, defaultPayloadConverter);
}

/** How an activity ended, as Core tells it to a workflow. */
export type ActivityEnd = { result: unknown } | { error: unknown } | 'cancelled';

export function activityJob(seq: number, type: string, end: ActivityEnd, isLocal: boolean): Job {
  return { resolveActivity: { seq, isLocal, result: resolutionOf(type, end) } };
}

function resolutionOf(type: string, end: ActivityEnd): Resolution {
  const activityFailureInfo = { activityType: { name: type }, activityId: type, identity: '' };
  if (end === 'cancelled') {
    const cause = { message: 'cancelled', canceledFailureInfo: {} };
    return { cancelled: { failure: { message: 'activity cancelled', activityFailureInfo, cause } } };
  }
  if ('result' in end) return { completed: { result: toPayload(end.result) } };
  const cause = toFailure(end.error);
  return { failed: { failure: { message: 'activity failed', activityFailureInfo, cause } } };
}
