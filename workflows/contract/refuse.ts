import { ApplicationFailure } from '@temporalio/workflow';
import type { Refusal } from '../../domain/contract/refusal.js';
import type { RefusalDetail, UpdateRefusal } from '../../domain/messages.js';

/** A refusal as the api understands it (domain/messages.ts). */
export function refusalFailure(code: UpdateRefusal, detail: RefusalDetail): ApplicationFailure {
  return ApplicationFailure.create({ type: code, message: code, nonRetryable: true, details: [detail] });
}

/** @throws ApplicationFailure when there is a refusal */
export function throwRefusal(refusal: Refusal): void {
  if (refusal !== null) throw refusalFailure(refusal.code, refusal.detail);
}
