import { createHash, randomUUID } from 'node:crypto';
import { PROBLEMS } from '../domain/errors.js';
import { Problem } from '../domain/problem.js';
import { claimRequest, forgetAnswer, keepAnswer, type RequestKey } from '../store/idempotency.js';
import { NoAnswer } from './contract-updates.js';
import type { ApiDeps } from './deps.js';
import { fingerprintOf, replay, requestKey, transaction } from './in-transaction.js';
import { renderProblem } from './problem-body.js';
import type { Answer, Call } from './route.js';

/**
 * Does something outside of PostgreSQL once for each Idempotency-Key, whatever is killed in between: while it is
 * under way a repeat is told so; after a crash a repeat asks Temporal for the outcome of the same update.
 * @param work is given the update's id, which the client, the path, the key, the time of its first use and earlier
 * attempts make: not the body, since whoever sees the id could try all signing codes against it
 */
export async function updateOnce(
  call: Call,
  deps: ApiDeps,
  operator: boolean,
  work: (updateId: string) => Promise<Answer>,
): Promise<Answer> {
  const key = requestKey(call);
  if (key === null) return work(randomUUID());
  const giveBack = await deps.locks.take(key);
  if (giveBack === null) throw new Problem('idempotency_in_progress', { retryAfterSeconds: 1 });
  try {
    return await claimed(call, deps, operator, key, work);
  } finally {
    await giveBack();
  }
}

async function claimed(
  call: Call,
  deps: ApiDeps,
  operator: boolean,
  key: RequestKey,
  work: (updateId: string) => Promise<Answer>,
): Promise<Answer> {
  const claim = await transaction(deps, operator, call, async (tx) => {
    const claim = await claimRequest(tx, key, fingerprintOf(call.bytes), deps.clock.now());
    return claim.type === 'kept'
      ? { type: 'replay' as const, answer: await replay(tx, deps, key, claim.kept, call.bytes) }
      : claim;
  });
  if (claim.type === 'replay') return claim.answer;
  if (claim.type === 'reused') throw new Problem('idempotency_key_reused');
  const { since, attempt } = claim;
  try {
    const answer = await work(updateIdOf(key, since, attempt));
    await keep(call, deps, operator, key, answer);
    return answer;
  } catch (error) {
    // Without an answer the outcome is open: the next request with this key asks for the same one.
    if (!(error instanceof Problem) || error instanceof NoAnswer) throw error;
    if (PROBLEMS[error.code].kept !== true) {
      await transaction(deps, operator, call, (tx) => forgetAnswer(tx, key, attempt));
      throw error;
    }
    const { status, headers, body } = renderProblem(error, call.requestId, deps.config.PUBLIC_URL);
    const answer = { status, headers, raw: body };
    await keep(call, deps, operator, key, answer);
    return answer;
  }
}

async function keep(
  call: Call,
  deps: ApiDeps,
  operator: boolean,
  key: RequestKey,
  answer: Answer,
): Promise<void> {
  const { status, headers = {}, raw, body, contractId = null } = answer;
  const text = raw === undefined ? JSON.stringify(body ?? null) : raw.toString();
  await transaction(deps, operator, call, (tx) =>
    keepAnswer(tx, deps.vault, key, { status, headers, body: text, contractId }),
  );
}

/** Temporal and the ledger know an id for ever, a key is forgotten after a week: what comes then is a new wish. */
function updateIdOf(key: RequestKey, since: Date, attempt: number): string {
  const parts = [key.clientId, key.path, key.key, since.toISOString(), attempt];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
