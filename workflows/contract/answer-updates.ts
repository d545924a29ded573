import { condition, currentUpdateInfo, defineUpdate, setHandler } from '@temporalio/workflow';
import {
  refuseCancel,
  refuseResolution,
  refuseSign,
  refuseSms,
  refuseSmsToAll,
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
import { throwRefusal } from './refuse.js';
import { resolve } from './resolve.js';
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
    validator: ({ resolution }: Resolve) => throwRefusal(refuseResolution(desk.state, resolution)),
  });
}

/** The update's id names the deed in the platform ledger, so that no attempt at it is taken for another deed. */
function inTurn<T>(desk: Desk, work: (deedId: string) => Promise<T>): Promise<T> {
  const deedId = currentUpdateInfo()?.id ?? 'none';
  return desk.exclusively(() => work(deedId));
}

async function cancel(desk: Desk, { by }: Cancel): Promise<CancelAnswer> {
  // What was tried and did not end it is tried again when somebody asks again.
  if (!isOver(desk.state) && (desk.end === null || desk.end === desk.triedEnd)) desk.end = { by };
  const isDone = (): boolean => isOver(desk.state) || desk.state.signedAt !== null;
  // Nobody ends what an operator has to decide about.
  const isStuck = (): boolean =>
    desk.state.status === 'attention' &&
    !desk.isBusy() &&
    (desk.state.platformId === null || desk.end === desk.triedEnd);
  const summary = 'until the cancel is done';
  if (!isDone()) await condition(() => isDone() || isStuck(), CANCEL_PATIENCE_MS, { summary });
  await desk.recorded();
  if (desk.state.status !== 'cancelled' && isDone()) throwRefusal({ code: 'not_cancellable', detail: {} });
  return { status: desk.state.status, settled: isOver(desk.state) };
}
