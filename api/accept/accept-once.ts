import { Problem } from '../../domain/problem.js';
import { asClient } from '../../store/database.js';
import { findKept, type RequestKey } from '../../store/idempotency.js';
import type { ApiDeps } from '../deps.js';
import { fingerprintOf, replay } from '../in-transaction.js';
import type { Answer, Call } from '../route.js';
import { acceptTrigger, type Acceptance, type Planned } from './accept-trigger.js';
import { findUploadOf } from './find-upload.js';
import type { Trigger } from '../../domain/schemas/trigger.js';

/** A trigger as it came, with the key that makes it one and the same when it comes again. */
export interface OneTrigger {
  call: Pick<Call, 'caller' | 'requestId'>;
  key: RequestKey;
  /** What is compared with an earlier request of the same key. */
  bytes: Buffer;
  trigger: Trigger;
  /** What was calculated for all of a bulk. */
  planned?: Planned | undefined;
}

/**
 * Accepts a trigger, or gives what it was answered before; its workflow starts beside the answer.
 * @throws Problem; then nothing was stored
 */
export async function acceptOnce(one: OneTrigger, deps: ApiDeps): Promise<Answer> {
  const { call, key, bytes, trigger, planned } = one;
  const { caller, requestId } = call;
  const request = {
    caller,
    requestId,
    trigger,
    key,
    planned,
    fingerprint: fingerprintOf(bytes),
    findUpload: findUploadOf(deps, key.clientId),
  };
  let acceptance: Acceptance;
  try {
    acceptance = await acceptTrigger(request, deps);
  } catch (error) {
    // What can't be any more (its deadline is past, say) may have been accepted when it was sent first.
    if (error instanceof Problem) return earlierAnswer(one, error, deps);
    throw error;
  }
  if (acceptance.type === 'kept') {
    const { kept } = acceptance;
    return asClient(deps.db, key.clientId, (tx) => replay(tx, deps, key, kept, bytes));
  }
  if (acceptance.type === 'reference_in_use')
    throw new Problem('reference_in_use', { errors: [{ pointer: '/reference', detail: 'is in use' }] });
  const { state, body, headers } = acceptance.accepted;
  deps.starter.startSoon(state);
  return { status: 202, raw: body, headers };
}

function earlierAnswer({ key, bytes }: OneTrigger, refusal: Problem, deps: ApiDeps): Promise<Answer> {
  return asClient(deps.db, key.clientId, async (tx) => {
    const kept = await findKept(tx, key);
    if (kept === null) throw refusal;
    return replay(tx, deps, key, kept, bytes);
  });
}
