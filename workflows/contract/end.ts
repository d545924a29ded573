import { factsFromDetail } from '../../domain/contract/facts-from-detail.js';
import type { Fact } from '../../domain/contract/facts.js';
import { patient } from './acts.js';
import { fact, now, type Desk } from './desk.js';

/** Longest timer in one piece: the SDK's milliseconds stay far from the limits of a 32-bit number. */
const LONGEST_WAIT_MS = 20 * 24 * 3_600_000;

/** Milliseconds from the workflow's now to an instant, at least 1. */
export function millisecondsTo(instant: string): number {
  return Math.min(LONGEST_WAIT_MS, Math.max(1, Date.parse(instant) - Date.now()));
}

/** Records the end that was asked for, as done. */
export async function applyEnd(desk: Desk): Promise<void> {
  const by = desk.end?.by ?? 'system';
  const reason = by === 'deadline' ? 'deadline' : by === 'operator' ? 'operator_request' : 'client_request';
  desk.end = null;
  await desk.apply(fact({ type: by === 'deadline' ? 'expired' : 'cancelled', reason }, by));
}

/**
 * Ends a contract that is on the platform (promise 6): at the deadline after a last look, else at once. Where
 * cancelling and signing cross, what the platform says wins.
 */
export function end(desk: Desk): Promise<void> {
  return desk.exclusively(async () => {
    if (desk.end?.by === 'deadline') await lookAgain(desk, 'last look before the deadline ends it');
    if (desk.state.status === 'draft') return applyEnd(desk);
    if (desk.state.status !== 'open') return;
    await cancelThere(desk);
  });
}

async function cancelThere(desk: Desk): Promise<void> {
  const { id: contractId, platformId } = desk.state;
  if (platformId === null) return;
  const cancel = patient.cancelContract.executeWithOptions;
  const { kind } = await cancel({ summary: 'cancel on the platform' }, [{ contractId, platformId }]);
  switch (kind) {
    case 'cancelled':
      return applyEnd(desk);
    case 'draft':
      return applyEnd(desk);
    case 'unknown':
      desk.end = null;
      return desk.apply(fact({ type: 'unknown_to_platform' }, 'platform'));
    case 'signed':
      desk.end = null;
      return lookAgain(desk, 'signed before it could be cancelled');
    case 'expired':
      desk.end = null;
      return desk.apply(fact({ type: 'expired', reason: 'expired_on_platform' }, endedBy(desk)));
  }
}

/** Reads the contract's detail and applies what it shows. */
export async function lookAgain(desk: Desk, summary: string): Promise<void> {
  const { id: contractId, platformId } = desk.state;
  if (platformId === null) return;
  const { sighting } = await patient.look.executeWithOptions({ summary }, [{ contractId, platformId }]);
  if (sighting === null) {
    const gone = desk.state.status === 'draft' || desk.state.draftLeftBehind;
    return desk.apply(fact(gone ? { type: 'draft_gone' } : { type: 'unknown_to_platform' }, 'platform'));
  }
  await desk.apply(...factsFromDetail(desk.state, sighting).map((seen) => ownDeadline(desk, seen)));
}

/** The platform's own expiry is our deadline when that has passed: it changes nothing (lifecycle.md, *Clocks*). */
function ownDeadline(desk: Desk, seen: Fact): Fact {
  return seen.type === 'expired' ? { ...seen, by: endedBy(desk) } : seen;
}

function endedBy(desk: Desk): 'deadline' | 'platform' {
  return now() >= desk.state.deadline ? 'deadline' : 'platform';
}
