import { Problem } from '../../domain/problem.js';
import { trigger, type Trigger } from '../../domain/schemas/trigger.js';
import { contractView } from '../../domain/schemas/views.js';
import { asClient } from '../../store/database.js';
import { findKept } from '../../store/idempotency.js';
import { acceptTrigger, type Acceptance } from '../accept/accept-trigger.js';
import { findUploadOf } from '../accept/find-upload.js';
import type { ApiDeps } from '../deps.js';
import { fingerprintOf, replay, requestKey } from '../in-transaction.js';
import { route, type Answer, type Call } from '../route.js';

/** The trigger: the one path that must cost a single transaction. */
export const createContract = route<undefined, Trigger>({
  method: 'post',
  path: '/v1/contracts',
  scope: 'contracts:write',
  tag: 'Contracts',
  summary: 'Trigger a contract',
  description:
    'Answered once the contract is stored durably. It is created on the platform soon afterwards; `status` and events tell how it goes on.',
  body: trigger,
  idempotencyKey: 'required',
  answers: { 202: { description: 'Accepted; `Location` is where the contract is', schema: contractView } },
  problems: [
    'idempotency_key_required',
    'idempotency_key_reused',
    'reference_in_use',
    'document_too_large',
    'request_too_large',
    'deadline_past',
    'deadline_unreachable',
    'not_a_pdf',
    'pdf_encrypted',
    'pdf_damaged',
    'unknown_document',
  ],
  async handle(call, deps) {
    const key = requestKey(call)!;
    const acceptance = await acceptTrigger(
      {
        caller: call.caller,
        requestId: call.requestId,
        trigger: call.body,
        key,
        fingerprint: fingerprintOf(call.bytes),
        findUpload: findUploadOf(deps, call.caller.clientId),
      },
      deps,
    ).catch((error: unknown) => earlierAnswer(error, call, deps));
    return 'status' in acceptance ? acceptance : answerOf(acceptance, call, deps);
  },
});

async function answerOf(acceptance: Acceptance, call: Call, deps: ApiDeps): Promise<Answer> {
  if (acceptance.type === 'reference_in_use')
    throw new Problem('reference_in_use', { errors: [{ pointer: '/reference', detail: 'is in use' }] });
  if (acceptance.type === 'kept') {
    const { kept } = acceptance;
    return asClient(deps.db, call.caller.clientId, (tx) =>
      replay(tx, deps, requestKey(call)!, kept, call.bytes),
    );
  }
  const { state, body, headers } = acceptance.accepted;
  deps.starter.enqueue(state);
  return { status: 202, raw: body, headers };
}

/** What can't be any more (its deadline is past, say) may have been accepted when it was sent first. */
async function earlierAnswer(error: unknown, call: Call, deps: ApiDeps): Promise<Answer> {
  if (!(error instanceof Problem)) throw error;
  const key = requestKey(call)!;
  return asClient(deps.db, call.caller.clientId, async (tx) => {
    const kept = await findKept(tx, key);
    if (kept === null) throw error;
    return replay(tx, deps, key, kept, call.bytes);
  });
}
