import { patched } from '@temporalio/workflow';
import type { Look } from '../../activities/look.js';
import { expiredThere, factsFromDetail, type Sighting } from '../../domain/contract/facts-from-detail.js';
import type { Fact } from '../../domain/contract/facts.js';
import { patient } from './acts.js';
import { fact, now, type Desk } from './desk.js';

/** Longest timer in one piece: the SDK's milliseconds stay far from the limits of a 32-bit number. */
const LONGEST_WAIT_MS = 20 * 24 * 3_600_000;
const LOOK_PATIENCE_MS = 3_600_000;

/** Milliseconds from the workflow's now to an instant, at least 1; for a far instant only a part of the way. */
export function millisecondsTo(instant: string): number {
  return Math.min(LONGEST_WAIT_MS, Math.max(1, Date.parse(instant) - Date.now()));
}

/** Whether an instant has come. */
export function isDue(instant: string): boolean {
  return Date.now() >= Date.parse(instant);
}

/** Records the end that was asked for, as done. */
export async function applyEnd(desk: Desk): Promise<void> {
  const by = desk.end?.by ?? 'system';
  const reason = by === 'deadline' ? 'deadline' : by === 'operator' ? 'operator_request' : 'client_request';
  desk.end = null;
  await desk.apply(fact({ type: by === 'deadline' ? 'expired' : 'cancelled', reason }, by));
}

/**
 * Ends a contract that is on the platform (promise 6): at the deadline after a last look, a draft after a look too (it
 * can't be cancelled there, and may have been published or deleted meanwhile), else at once. Where cancelling and
 * signing cross, what the platform says wins; a look without an answer holds up no cancel, which it can still refuse.
 * What can't be ended now is not tried again by itself.
 */
export function end(desk: Desk): Promise<void> {
  return desk.exclusively(async () => {
    desk.triedEnd = desk.end;
    if (desk.end?.by === 'deadline') await lookAgain(desk, 'last look before the deadline ends it');
    else if (desk.state.status === 'draft' && patched('look-before-a-draft-ends'))
      await lookAgain(desk, 'is it still a draft?');
    const { status, signedAt } = desk.state;
    if (status === 'draft') return applyEnd(desk);
    if (status === 'open' || (status === 'attention' && signedAt === null)) await cancelThere(desk);
    // Kept for when an operator has decided: then it is tried again.
    if (desk.state.status !== 'attention') desk.end = null;
  });
}

async function cancelThere(desk: Desk): Promise<void> {
  const { id: contractId, platformId } = desk.state;
  if (platformId === null) return;
  const { kind } = await patient.cancelContract.executeWithOptions({ summary: 'cancel on the platform' }, [
    { contractId, platformId, since: now() },
  ]);
  switch (kind) {
    case 'cancelled':
    case 'draft':
      return applyEnd(desk);
    case 'unknown':
      return desk.apply(fact({ type: 'unknown_to_platform' }, 'platform'));
    case 'uncertain':
      return desk.apply(fact({ type: 'outcome_uncertain', deed: 'cancel' }, 'system'));
    case 'signed':
      await lookAgain(desk, 'signed before it could be cancelled');
      // The platform contradicts itself: asked again by itself this would have no end.
      return desk.apply(fact({ type: 'outcome_uncertain', deed: 'cancel' }, 'system'));
    case 'expired':
      return desk.apply(expiredThere(desk.state, now()));
  }
}

/** Reads the contract's detail and applies what it shows. @returns false where it could not be read for an hour */
export async function lookAgain(desk: Desk, summary: string): Promise<boolean> {
  const { platformId } = desk.state;
  if (platformId === null) return true;
  const { sighting, unanswered } = await look(desk, platformId, summary);
  if (unanswered === true) return false;
  await desk.apply(...factsOf(desk, sighting));
  return true;
}

/** What nobody can look at holds up nothing else for longer: a cancel, the deadline. */
export function untilInVain(): string {
  return new Date(Date.now() + LOOK_PATIENCE_MS).toISOString();
}

/** Reads a detail of the platform. */
export function look(
  { state: { id: contractId } }: Desk,
  platformId: string,
  summary: string,
): Promise<Look> {
  return patient.look.executeWithOptions({ summary }, [{ contractId, platformId, until: untilInVain() }]);
}

/** What a look says about this contract now; null: the platform does not know it. */
export function factsOf({ state }: Desk, sighting: Sighting | null): Fact[] {
  if (sighting !== null) return factsFromDetail(state, sighting);
  const gone = state.status === 'draft' || state.draftLeftBehind;
  return [fact(gone ? { type: 'draft_gone' } : { type: 'unknown_to_platform' }, 'platform')];
}
