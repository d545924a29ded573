import { findSignatory } from '../../domain/contract/limits.js';
import { refuseSign } from '../../domain/contract/refusal.js';
import type { Sign, Signed } from '../../domain/messages.js';
import { prompt } from './acts.js';
import { fact, type Desk } from './desk.js';
import { known, refused } from './learn.js';
import { throwRefusal } from './refuse.js';

/** Tries the code when its turn comes. */
export async function sign(desk: Desk, { signatoryId, sealedCode }: Sign, deedId: string): Promise<Signed> {
  throwRefusal(refuseSign(desk.state, signatoryId));
  const signatory = known(findSignatory(desk.state, signatoryId)!, desk.state);
  const input = {
    deedId,
    contractId: desk.state.id,
    platformId: desk.state.platformId!,
    signatory,
    sealedCode,
  };
  const outcome = await prompt.sign.executeWithOptions({ summary: 'sign with the code' }, [input]);
  if (outcome.kind !== 'done') throw await refused(desk, outcome, 'sign', signatoryId);
  await desk.apply(fact({ type: 'signatory_signed', signatoryId }, 'signatory'));
  // Others signed on the site: the documents are there, and the detail says who and when.
  if (outcome.answer.allSigned && desk.state.status === 'open')
    desk.news = { status: 'signed', updatedAt: null, worthALook: true };
  return { id: signatoryId, status: 'signed', contractStatus: desk.state.status };
}
