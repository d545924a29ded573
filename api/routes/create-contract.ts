import { trigger, type Trigger } from '../../domain/schemas/trigger.js';
import { contractView } from '../../domain/schemas/views.js';
import { acceptOnce } from '../accept/accept-once.js';
import { requestKey } from '../in-transaction.js';
import { route } from '../route.js';

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
  handle: (call, deps) =>
    acceptOnce({ call, key: requestKey(call)!, bytes: call.bytes, trigger: call.body }, deps),
});
