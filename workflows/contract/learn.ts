import type { Outcome } from '../../activities/deed.js';
import type { KnownSignatory } from '../../activities/signing.js';
import { attemptsLeft, findSignatory } from '../../domain/contract/limits.js';
import type { ContractState, SignatoryState } from '../../domain/contract/state.js';
import type { RefusalDetail, UpdateRefusal } from '../../domain/messages.js';
import { fact, type Desk } from './desk.js';
import { refusalFailure } from './refuse.js';

/** A signatory as the activities need to know it. */
export function known(signatory: SignatoryState, state: ContractState): KnownSignatory {
  const { id, platformId, smsSent } = signatory;
  return { id, platformId: platformId!, smsSent, attemptsLeft: attemptsLeft(signatory, state.limits) };
}

/** Records what a refusal teaches, and gives the error that the caller gets. */
export async function refused(
  desk: Desk,
  outcome: Exclude<Outcome<object>, { kind: 'done' }>,
  deed: 'sign' | 'sms',
  signatoryId: string | null,
): Promise<unknown> {
  if (outcome.kind === 'uncertain') {
    await desk.apply(fact({ type: 'outcome_uncertain', deed }, 'system'));
    return refusalFailure('outcome_unknown', {});
  }
  const { code, attemptsLeft: left, retryAfterMs } = outcome;
  if (signatoryId !== null) await learn(desk, code, signatoryId, left);
  const detail: RefusalDetail = {
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(code === 'wrong_code' && left !== undefined ? { attemptsLeft: left } : {}),
    ...(code === 'attempts_exceeded' ? { attemptsLeft: 0 } : {}),
    ...(code === 'sms_limit' ? { smsLeft: 0 } : {}),
  };
  return refusalFailure(MEANING[code] ?? 'platform_unavailable', detail);
}

/** The platform's refusals in the api's words; the state there is known better than ours. */
const MEANING: Partial<Record<string, UpdateRefusal>> = {
  wrong_code: 'wrong_code',
  deposit_due: 'deposit_due',
  already_signed: 'already_signed',
  sms_limit: 'sms_limit',
  attempts_exceeded: 'attempts_exceeded',
  quota_exhausted: 'quota_exhausted',
  quota_exceeded: 'quota_exhausted',
  not_published: 'not_open',
  cancelled: 'not_open',
  expired: 'not_open',
  unknown_contract: 'not_open',
  unknown_signatory: 'unknown_signatory',
};

async function learn(desk: Desk, code: string, signatoryId: string, left: number | undefined): Promise<void> {
  if (code === 'wrong_code' && left !== undefined) {
    await desk.apply(fact({ type: 'code_refused', signatoryId, attemptsLeft: left }, 'signatory'));
  }
  if (code === 'attempts_exceeded')
    await desk.apply(worstCounts(desk.state, signatoryId, { attemptsLeft: 0 }));
  if (code === 'sms_limit')
    await desk.apply(worstCounts(desk.state, signatoryId, { smsSent: 1 + desk.state.limits.sms }));
  // Ours is out of date: the main loop looks.
  const stale = ['already_signed', 'cancelled', 'expired', 'unknown_contract'].includes(code);
  if (stale) desk.news = { status: 'absent', updatedAt: null, worthALook: true };
}

function worstCounts(
  state: ContractState,
  signatoryId: string,
  worst: { smsSent?: number; attemptsLeft?: number },
): ReturnType<typeof fact> {
  const ours = findSignatory(state, signatoryId)!;
  const counts = {
    signatoryId,
    smsSent: ours.smsSent,
    attemptsLeft: attemptsLeft(ours, state.limits),
    depositPaidAt: null,
    ...worst,
  };
  return fact({ type: 'counts_seen', counts: [counts] }, 'platform');
}
