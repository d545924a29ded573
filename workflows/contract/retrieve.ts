import { condition } from '@temporalio/workflow';
import type { Fact, SignedDocument } from '../../domain/contract/facts.js';
import { heavy } from './acts.js';
import { fact, type Desk } from './desk.js';
import { factsOf, untilInVain } from './end.js';

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** Signed but not proven within a day: a person must look (lifecycle.md). */
const OVERDUE_MS = 24 * 3_600_000;

/** `signed`: fetches, verifies and archives until every document is proven, with growing pauses, a day at most. */
export async function retrieve(desk: Desk): Promise<void> {
  const since = Date.now();
  const until = new Date(since + OVERDUE_MS).toISOString();
  for (
    let pause = FIRST_PAUSE_MS;
    desk.state.status === 'signed';
    pause = Math.min(pause * 2, LONGEST_PAUSE_MS)
  ) {
    const fault = desk.retrievedJustNow ? null : await retrieveOnce(desk, until);
    desk.retrievedJustNow = false;
    if (desk.state.status !== 'signed') return;
    if (Date.now() - since >= OVERDUE_MS) {
      const doubtful = desk.state.documents.some(
        (document) => document.signed?.verification === 'indeterminate',
      );
      const reason = doubtful ? 'indeterminate' : (fault ?? 'not_retrieved');
      return desk.apply(fact({ type: 'retrieval_overdue', reason }, 'system'));
    }
    await condition(() => desk.state.status !== 'signed', pause, {
      summary: 'the signed documents are not there yet',
    });
  }
}

/**
 * One detail: what it shows of the signatures first, then of the documents. @param until it is tried, RFC 3339
 * @returns why there is nothing to judge, where the platform's answer itself is at fault
 */
export async function retrieveOnce(desk: Desk, until = untilInVain()): Promise<string | null> {
  const { id: contractId, platformId } = desk.state;
  if (platformId === null) return null;
  const summary = 'retrieve, verify, archive';
  const found = await heavy.retrieve.executeWithOptions({ summary }, [{ contractId, platformId, until }]);
  if (found.unreadable === true) return found.reason;
  await desk.apply(...factsOf(desk, found.sighting));
  const { documents } = found;
  desk.retrievedJustNow = true;
  if (documents !== null) await desk.apply(verdictFact(documents, found.reason));
  return null;
}

/** The worst verdict counts: only when all passed is the contract proven. */
function verdictFact(documents: SignedDocument[], reason: string | null): Fact {
  if (documents.some((document) => document.verification === 'failed'))
    return fact(
      { type: 'verification_failed', documents, reason: reason ?? 'verification_failed' },
      'system',
    );
  if (documents.some((document) => document.verification !== 'passed'))
    return fact({ type: 'indeterminate', documents }, 'system');
  return fact({ type: 'proven', documents }, 'system');
}
