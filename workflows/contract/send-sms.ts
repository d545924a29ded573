import { findSignatory, smsLeft } from '../../domain/contract/limits.js';
import { refuseSms, refuseSmsToAll } from '../../domain/contract/refusal.js';
import type { ContractState, SignatoryState } from '../../domain/contract/state.js';
import type { SendSms, SmsSent } from '../../domain/messages.js';
import type { SmsCount } from '../../domain/platform.js';
import { prompt } from './acts.js';
import { fact, type Desk } from './desk.js';
import { known, refused } from './learn.js';
import { throwRefusal } from './refuse.js';

/** Sends codes when their turn comes; the state and the counts are checked again. */
export async function sendSms(desk: Desk, { signatoryId }: SendSms, deedId: string): Promise<SmsSent> {
  throwRefusal(signatoryId === null ? refuseSmsToAll(desk.state) : refuseSms(desk.state, signatoryId));
  const addressed =
    signatoryId === null
      ? desk.state.signatories.filter(isPending)
      : [findSignatory(desk.state, signatoryId)!];
  const input = {
    deedId,
    contractId: desk.state.id,
    platformId: desk.state.platformId!,
    signatories: addressed.map((s) => known(s, desk.state)),
  };
  const outcome =
    signatoryId === null
      ? await prompt.sendSmsToAll.executeWithOptions({ summary: 'codes to all who have not signed' }, [input])
      : await prompt.sendSms.executeWithOptions({ summary: 'a code by SMS' }, [input]);
  if (outcome.kind !== 'done') throw await refused(desk, outcome, 'sms', signatoryId);
  await desk.apply(...codeSentFacts(desk.state, outcome.answer.counts));
  const reached = new Set(outcome.answer.counts.map((count) => count.signatoryPlatformId));
  const signatories = desk.state.signatories.filter(
    (s) => s.platformId !== null && reached.has(s.platformId),
  );
  return {
    signatories: signatories.map((s) => ({
      id: s.id,
      smsSent: s.smsSent,
      smsLeft: smsLeft(s, desk.state.limits),
    })),
  };
}

const isPending = (signatory: SignatoryState): boolean => signatory.status === 'pending';

function codeSentFacts(state: ContractState, counts: SmsCount[]): Parameters<Desk['apply']> {
  return counts.flatMap((count) => {
    const signatory = state.signatories.find(
      (candidate) => candidate.platformId === count.signatoryPlatformId,
    );
    return signatory === undefined
      ? []
      : [fact({ type: 'code_sent', signatoryId: signatory.id, smsSent: count.smsSent }, 'client')];
  });
}
