import { patched } from '@temporalio/workflow';
import type { AskedResolution, Resolution } from '../../domain/contract/facts.js';
import type { Sighting } from '../../domain/contract/facts-from-detail.js';
import { refuseResolution } from '../../domain/contract/refusal.js';
import { isOver } from '../../domain/contract/state.js';
import type { CancelAnswer, Resolve } from '../../domain/messages.js';
import { careful } from './acts.js';
import { fact, type Desk } from './desk.js';
import { factsOf, look } from './end.js';
import { giveUp } from './give-up.js';
import { throwRefusal } from './refuse.js';

/** An operator's decision about a contract in `attention`. What the platform shows comes first, then the decision. */
export function resolve(desk: Desk, { resolution: asked }: Resolve): Promise<CancelAnswer> {
  return desk.exclusively(async () => {
    throwRefusal(refuseResolution(desk.state, asked));
    if (asked.action === 'give_up' && patched('give-up-cancels-there')) await giveUp(desk);
    else await decide(desk, asked);
    return { status: desk.state.status, settled: isOver(desk.state) };
  });
}

async function decide(desk: Desk, asked: AskedResolution): Promise<void> {
  const platformId = asked.action === 'adopt' ? asked.platformId : desk.state.platformId;
  const looks = asked.action === 'adopt' || asked.action === 'look_again';
  const sighting = looks && platformId !== null ? await lookFor(desk, platformId) : null;
  // Not known there, or not this contract: it stays with the operator.
  if (looks && platformId !== null && sighting === null) return;
  if (asked.action === 'never_created') {
    await careful.forgetCreation.executeWithOptions({ summary: 'an operator says: never created' }, [
      desk.state.id,
    ]);
  }
  await desk.apply(fact({ type: 'resolved', resolution: resolutionOf(asked, sighting) }, 'operator'));
  if (sighting !== null) await desk.apply(...factsOf(desk, sighting));
}

/** @returns null for what can't be this contract: another of ours has it, or other people are to sign it */
async function lookFor(desk: Desk, platformId: string): Promise<Sighting | null> {
  const { sighting } = await look(desk, platformId, 'an operator asks for a look');
  return sighting?.signatories.length === desk.state.signatories.length ? sighting : null;
}

function resolutionOf(asked: AskedResolution, sighting: Sighting | null): Resolution {
  if (asked.action !== 'adopt') return asked;
  const signatoryPlatformIds = (sighting?.signatories ?? []).map((signatory) => signatory.platformId);
  return { ...asked, signatoryPlatformIds, submitted: sighting?.status !== 'draft' };
}
