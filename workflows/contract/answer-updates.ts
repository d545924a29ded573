import {
  ApplicationFailure,
  condition,
  currentUpdateInfo,
  defineUpdate,
  setHandler,
} from '@temporalio/workflow';
import {
  refuseCancel,
  refuseSign,
  refuseSms,
  refuseSmsToAll,
  type Refusal,
} from '../../domain/contract/refusal.js';
import { isOver } from '../../domain/contract/state.js';
import {
  UPDATES,
  type Cancel,
  type CancelAnswer,
  type Resolve,
  type SendSms,
  type Sign,
  type Signed,
  type SmsSent,
} from '../../domain/messages.js';
import type { Desk } from './desk.js';
import { fact } from './desk.js';
import { throwRefusal } from './refuse.js';
import { sendSms } from './send-sms.js';
import { sign } from './sign.js';

export const sendSmsUpdate = defineUpdate<SmsSent, [SendSms]>(UPDATES.sendSms);
export const signUpdate = defineUpdate<Signed, [Sign]>(UPDATES.sign);
export const cancelUpdate = defineUpdate<CancelAnswer, [Cancel]>(UPDATES.cancel);
export const resolveUpdate = defineUpdate<CancelAnswer, [Resolve]>(UPDATES.resolve);

/** How long a cancel waits for its end before it answers that it is under way. */
const CANCEL_PATIENCE_MS = 8_000;

/** What clients and operators may ask. Validators refuse what the state or a limit forbids: that costs no event. */
export function answerUpdates(desk: Desk): void {
  setHandler(sendSmsUpdate, (ask) => inTurn(desk, (deedId) => sendSms(desk, ask, deedId)), {
    description: 'a signing code by SMS to one signatory or to all',
    validator: ({ signatoryId }) =>
      throwRefusal(signatoryId === null ? refuseSmsToAll(desk.state) : refuseSms(desk.state, signatoryId)),
  });
  setHandler(signUpdate, (ask) => inTurn(desk, (deedId) => sign(desk, ask, deedId)), {
    description: 'signs with the code that the signatory received',
    validator: ({ signatoryId }) => throwRefusal(refuseSign(desk.state, signatoryId)),
  });
  setHandler(cancelUpdate, (ask) => cancel(desk, ask), {
    description: 'cancels the contract unless all have signed',
    validator: (_ask: Cancel) => throwRefusal(refuseCancel(desk.state)),
  });
  setHandler(resolveUpdate, (ask) => resolve(desk, ask), {
    description: 'an operator decides about a contract in attention',
    validator: (_ask: Resolve) =>
      throwRefusal(desk.state.status === 'attention' ? null : { code: 'not_in_attention', detail: {} }),
  });
}

/** The update's id names the deed in the platform ledger, so that no attempt at it is taken for another deed. */
function inTurn<T>(desk: Desk, work: (deedId: string) => Promise<T>): Promise<T> {
  const deedId = currentUpdateInfo()?.id ?? 'none';
  return desk.exclusively(() => work(deedId));
}

async function cancel(desk: Desk, { by }: Cancel): Promise<CancelAnswer> {
  if (!isOver(desk.state)) desk.end ??= { by };
  const settled = (): boolean => isOver(desk.state) || desk.state.signedAt !== null;
  await condition(settled, CANCEL_PATIENCE_MS, { summary: 'until the cancel is done' });
  await desk.recorded();
  if (desk.state.status !== 'cancelled' && settled()) throwRefusal({ code: 'not_cancellable', detail: {} });
  return { status: desk.state.status, settled: isOver(desk.state) };
}

async function resolve(desk: Desk, { resolution }: Resolve): Promise<CancelAnswer> {
  await desk.apply(fact({ type: 'resolved', resolution }, 'operator'));
  if (desk.state.status === 'attention') throwRefusal({ code: 'not_in_attention', detail: {} });
  return { status: desk.state.status, settled: isOver(desk.state) };
}
