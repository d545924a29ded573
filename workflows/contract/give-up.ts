import { patched } from '@temporalio/workflow';
import { expiredThere } from '../../domain/contract/facts-from-detail.js';
import type { Cancellation } from '../../activities/cancel-contract.js';
import { careful, patient } from './acts.js';
import { fact, now, type Desk } from './desk.js';
import { factsOf, look } from './end.js';

/**
 * An operator gives a contract up. What may still be signed on the platform is cancelled there first, and what the
 * platform says wins (promise 6): signed or expired there, that is what it becomes.
 */
export async function giveUp(desk: Desk): Promise<void> {
  // Without its id nobody could watch it: as long as it can't be looked for it stays with the operator.
  if (desk.state.statusReason === 'creation_uncertain' && !(await isFoundOut(desk))) return;
  const kind = await cancelledThere(desk);
  if (kind === 'expired') return desk.apply(expiredThere(desk.state, now()));
  if (kind === 'signed' && (await isSignedThere(desk))) return;
  const leftBehind = kind === 'draft' || kind === 'uncertain';
  await desk.apply(fact({ type: 'resolved', resolution: { action: 'give_up', leftBehind } }, 'operator'));
  // The outcome of the cancel could not be found out: it is asked for again, when nobody waits any more.
  if (kind === 'uncertain') desk.news = { status: 'submitted', updatedAt: null, worthALook: true };
}

/** A creation of which nobody knows may lie there all the same, with people who are asked to sign. */
async function isFoundOut(desk: Desk): Promise<boolean> {
  const found = await careful.createContract.executeWithOptions({ summary: 'was it created?' }, [
    { contractId: desk.state.id, settleOnly: true, since: now() },
  ]);
  if (found.kind === 'uncertain') return !patched('given-up-once-it-is-found-out');
  if (found.kind !== 'created') return true;
  const { at, platformId, signatoryPlatformIds, status } = found;
  const submitted = status === 'submitted';
  await desk.apply({ type: 'created', at, by: 'system', platformId, submitted, signatoryPlatformIds });
  return true;
}

async function cancelledThere({ state }: Desk): Promise<Cancellation['kind'] | null> {
  const { id: contractId, platformId, signedAt } = state;
  if (platformId === null || signedAt !== null) return null;
  const summary = 'given up: cancel on the platform';
  const input = { contractId, platformId, since: now() };
  return (await patient.cancelContract.executeWithOptions({ summary }, [input])).kind;
}

/** All have signed there: the contract goes on from that. */
async function isSignedThere(desk: Desk): Promise<boolean> {
  const summary = 'signed before it could be cancelled';
  const { sighting, unanswered } = await look(desk, desk.state.platformId!, summary);
  // Nothing contradicts what the platform says: it stays with the operator.
  if (unanswered === true) return true;
  if (sighting?.status !== 'signed') return false;
  await desk.apply(
    fact({ type: 'resolved', resolution: { action: 'look_again' } }, 'operator'),
    ...factsOf(desk, sighting),
  );
  return true;
}
