import { condition } from '@temporalio/workflow';
import { heavy } from './acts.js';
import { fact, type Desk } from './desk.js';
import { factsOf } from './end.js';

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** Signed but not proven within a day: a person must look (lifecycle.md). */
const OVERDUE_MS = 24 * 3_600_000;

/** `signed`: fetches, verifies and archives until every document is proven, with growing pauses, a day at most. */
export async function retrieve(desk: Desk): Promise<void> {
  const since = Date.now();
  for (
    let pause = FIRST_PAUSE_MS;
    desk.state.status === 'signed';
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  ) {
    if (!desk.retrievedJustNow) await retrieveOnce(desk);
    desk.retrievedJustNow = false;
    if (desk.state.status !== 'signed') return;
    if (Date.now() - since >= OVERDUE_MS) {
      const doubtful = desk.state.documents.some(
        (document) => document.signed?.verification === 'indeterminate',
      );
      return desk.apply(
        fact({ type: 'retrieval_overdue', reason: doubtful ? 'indeterminate' : 'not_retrieved' }, 'system'),
      );
    }
    await condition(() => desk.state.status !== 'signed', pause, {
      summary: 'the signed documents are not there yet',
    });
  }
}

/** One detail: what it shows of the signatures first, then of the documents. */
export async function retrieveOnce(desk: Desk): Promise<void> {
  const { id: contractId, platformId } = desk.state;
  if (platformId === null) return;
  const run = heavy.retrieve.executeWithOptions;
  const found = await run({ summary: 'retrieve, verify, archive' }, [{ contractId, platformId }]);
  await desk.apply(...factsOf(desk, found.sighting));
  const { documents } = found;
  desk.retrievedJustNow = true;
  if (documents === null) return;
  if (documents.some((document) => document.verification === 'failed')) {
    const reason = found.reason ?? 'verification_failed';
    return desk.apply(fact({ type: 'verification_failed', documents, reason }, 'system'));
  }
  if (documents.some((document) => document.verification !== 'passed')) {
    return desk.apply(fact({ type: 'indeterminate', documents }, 'system'));
  }
  await desk.apply(fact({ type: 'proven', documents }, 'system'));
}
