import type { AskedResolution, Resolution } from '../../domain/contract/facts.js';
import type { Sighting } from '../../domain/contract/facts-from-detail.js';
import { refuseResolution } from '../../domain/contract/refusal.js';
import { isOver } from '../../domain/contract/state.js';
import type { CancelAnswer, Resolve } from '../../domain/messages.js';
import { patient } from './acts.js';
import { fact, type Desk } from './desk.js';
import { factsOf } from './end.js';
import { throwRefusal } from './refuse.js';

/** An operator's decision about a contract in `attention`. What the platform shows comes first, then the decision. */
export function resolve(desk: Desk, { resolution: asked }: Resolve): Promise<CancelAnswer> {
  return desk.exclusively(async () => {
    throwRefusal(refuseResolution(desk.state, asked));
    const platformId = asked.action === 'adopt' ? asked.platformId : desk.state.platformId;
    const looks = asked.action === 'adopt' || asked.action === 'look_again';
    const sighting = looks && platformId !== null ? await look(desk, platformId) : null;
    // Not known there: it stays with the operator.
    if (looks && platformId !== null && sighting === null) return answer(desk);
    if (asked.action === 'never_created') {
      await patient.forgetCreation.executeWithOptions({ summary: 'an operator says: never created' }, [
        desk.state.id,
      ]);
    }
    await desk.apply(fact({ type: 'resolved', resolution: resolutionOf(asked, sighting) }, 'operator'));
    if (sighting !== null) await desk.apply(...factsOf(desk, sighting));
    return answer(desk);
  });
}

async function look({ state: { id: contractId } }: Desk, platformId: string): Promise<Sighting | null> {
  const summary = 'an operator asks for a look';
  const { sighting } = await patient.look.executeWithOptions({ summary }, [{ contractId, platformId }]);
  return sighting;
}

function resolutionOf(asked: AskedResolution, sighting: Sighting | null): Resolution {
  if (asked.action !== 'adopt') return asked;
  const signatoryPlatformIds = (sighting?.signatories ?? []).map((signatory) => signatory.platformId);
  return { ...asked, signatoryPlatformIds, submitted: sighting?.status !== 'draft' };
}

function answer({ state }: Desk): CancelAnswer {
  return { status: state.status, settled: isOver(state) };
}
