import type { ContractState } from '../../domain/contract/state.js';
import { isOver } from '../../domain/contract/state.js';
import {
  UPDATES,
  type Cancel,
  type CancelAnswer,
  type SendSms,
  type Sign,
  type Signed,
  type SmsSent,
} from '../../domain/messages.js';
import { Problem } from '../../domain/problem.js';
import { cancelBody, nothing, signatureBody } from '../../domain/schemas/requests.js';
import { contractView, signatureView, smsAllView, smsCountView } from '../../domain/schemas/views.js';
import { noteReason, type ContractRow } from '../../store/contracts-read.js';
import { askContract, readAsked } from '../ask-contract.js';
import { NotRunning } from '../contract-updates.js';
import type { ApiDeps } from '../deps.js';
import { transaction } from '../in-transaction.js';
import { journalDeed } from '../journal-deed.js';
import { route, type Answer, type Call, type Route } from '../route.js';
import { updateOnce } from '../update-once.js';
import { viewRow } from '../views/read-view.js';

const signing = { method: 'post', scope: 'signatures:write', tag: 'Signing' } as const;
const always = [
  'idempotency_key_reused',
  'idempotency_in_progress',
  'service_unavailable',
  'too_many_requests',
] as const;
const platform = ['quota_exhausted', 'platform_unavailable', 'outcome_unknown'] as const;

const cancel = route({
  method: 'post',
  path: '/v1/contracts/{id}/cancel',
  params: { id: 'ctr' },
  scope: 'contracts:write',
  tag: 'Contracts',
  summary: 'Cancel a contract that not everybody has signed',
  body: cancelBody,
  answers: {
    200: { description: 'Cancelled', schema: contractView },
    202: { description: 'Under way: its creation or a signature is not done yet', schema: contractView },
  },
  problems: ['not_cancellable', ...platform, ...always],
  handle: (call, deps) =>
    updateOnce(call, deps, false, async (updateId) => {
      const row = await readAsked(call, deps);
      if (row.state.status === 'cancelled') return contractAnswer(call, deps, 200);
      if (isOver(row.state)) throw new Problem('not_cancellable');
      const { reason = null } = call.body;
      await transaction(deps, false, call, async (tx) => {
        await noteReason(tx, row.id, reason);
        await journalDeed(tx, call, deps, 'cancel', row.id);
      });
      const argument: Cancel = { by: 'client' };
      const answer = await ask<CancelAnswer>(
        row.state,
        UPDATES.cancel,
        argument,
        updateId,
        deps,
        'not_cancellable',
      );
      return contractAnswer(call, deps, answer.settled ? 200 : 202);
    }),
});

const smsToAll = route({
  ...signing,
  path: '/v1/contracts/{id}/sms',
  params: { id: 'ctr' },
  summary: 'Send a signing code by SMS to all who have not signed',
  body: nothing,
  answers: { 200: { description: 'Sent', schema: smsAllView } },
  problems: ['not_open', 'sms_limit', 'attempts_exceeded', ...platform, ...always],
  handle: (call, deps) =>
    updateOnce(call, deps, false, async (updateId) => ({
      status: 200,
      body: await sendSms(call, deps, null, updateId),
    })),
});

const smsToOne = route({
  ...signing,
  path: '/v1/contracts/{id}/signatories/{sid}/sms',
  params: { id: 'ctr', sid: 'sig' },
  summary: 'Send a signing code by SMS to one signatory',
  body: nothing,
  answers: { 200: { description: 'Sent', schema: smsCountView } },
  problems: ['not_open', 'already_signed', 'sms_limit', 'attempts_exceeded', ...platform, ...always],
  handle: (call, deps) =>
    updateOnce(call, deps, false, async (updateId) => {
      const { signatories } = await sendSms(call, deps, call.params['sid']!, updateId);
      return { status: 200, body: signatories[0] };
    }),
});

const sign = route({
  ...signing,
  path: '/v1/contracts/{id}/signatories/{sid}/signature',
  params: { id: 'ctr', sid: 'sig' },
  summary: 'Sign with the code that the signatory received',
  body: signatureBody,
  answers: { 200: { description: 'Signed', schema: signatureView } },
  problems: [
    'not_open',
    'already_signed',
    'wrong_code',
    'deposit_due',
    'attempts_exceeded',
    ...platform,
    ...always,
  ],
  handle: (call, deps) =>
    updateOnce(call, deps, false, async (updateId) => {
      const row = await readNoted(call, deps, 'sign');
      const signatoryId = signatoryOr404(row.state, call);
      const code = Buffer.from(call.body.code);
      const sealedCode = deps.vault
        .sealFor('signing codes', code, `${row.id}:${signatoryId}`)
        .toString('base64');
      const argument: Sign = { signatoryId, sealedCode };
      return {
        status: 200,
        body: await ask<Signed>(row.state, UPDATES.sign, argument, updateId, deps, 'not_open'),
      };
    }),
});

/** What a client may ask of a contract; the workflow decides, and answers at once. */
export const contractDeedRoutes: Route[] = [sign, smsToOne, smsToAll, cancel];

async function sendSms(
  call: Call<undefined, unknown>,
  deps: ApiDeps,
  sid: string | null,
  updateId: string,
): Promise<SmsSent> {
  const row = await readNoted(call, deps, 'send_sms');
  const signatoryId = sid === null ? null : signatoryOr404(row.state, call);
  const argument: SendSms = { signatoryId };
  return ask<SmsSent>(row.state, UPDATES.sendSms, argument, updateId, deps, 'not_open');
}

/** Asks the workflow; `over` is the refusal where it has ended. */
async function ask<T>(
  state: ContractState,
  name: string,
  argument: object,
  updateId: string,
  deps: ApiDeps,
  over: 'not_open' | 'not_cancellable',
): Promise<T> {
  try {
    return (await askContract(state, { name, argument, updateId }, deps)) as T;
  } catch (error) {
    throw error instanceof NotRunning ? new Problem(over) : error;
  }
}

function signatoryOr404(state: ContractState, call: Call): string {
  const sid = call.params['sid'] ?? '';
  if (!state.signatories.some(({ id }) => id === sid))
    throw new Problem('not_found', { detail: 'There is no such signatory in this contract.' });
  return sid;
}

/** Reads the contract and writes down what is asked of it, or of the signatory whom the path names. */
function readNoted(call: Call, deps: ApiDeps, action: string): Promise<ContractRow> {
  return readAsked(call, deps, false, (tx, { id, state }) => {
    const object = call.params['sid'] === undefined ? id : signatoryOr404(state, call);
    return journalDeed(tx, call, deps, action, object);
  });
}

async function contractAnswer(call: Call, deps: ApiDeps, status: number): Promise<Answer> {
  const row = await readAsked(call, deps);
  return { status, body: await viewRow(row, deps, call.caller.fields), contractId: row.id };
}
