import { createHash } from 'node:crypto';
import { Problem } from '../domain/problem.js';
import { asClient, asOperator, type Reading, type Tx } from '../store/database.js';
import {
  claimRequest,
  keepAnswer,
  openAnswer,
  type KeptAnswer,
  type RequestKey,
} from '../store/idempotency.js';
import type { ApiDeps } from './deps.js';
import { route, type Answer, type Call, type Route, type RouteSpec } from './route.js';

/**
 * A route whose whole work is one transaction, in which row-level security shows the caller's rows only; what GET puts
 * together from several tables stood there at one instant. With an Idempotency-Key the outcome is kept in the same
 * transaction: both or neither, whatever is killed.
 */
export function inTransaction<Query = undefined, Body = undefined>(
  spec: RouteSpec<Query, Body> & {
    work: (tx: Tx, call: Call<Query, Body>, deps: ApiDeps) => Promise<Answer>;
    /** Done once the transaction is committed. */
    after?: () => void;
  },
): Route {
  const { work, after, ...rest } = spec;
  return route<Query, Body>({
    ...rest,
    async handle(call, deps) {
      const inside = async (tx: Tx): Promise<Answer> => {
        const key = requestKey(call);
        if (key === null || spec.method !== 'post') return work(tx, call, deps);
        return once(tx, key, call, deps, () => work(tx, call, deps));
      };
      const reading = { snapshot: spec.method === 'get' };
      const answer = await transaction(deps, spec.scope === 'admin', call, inside, reading);
      after?.();
      return answer;
    },
  });
}

async function once(
  tx: Tx,
  key: RequestKey,
  call: Call,
  deps: ApiDeps,
  work: () => Promise<Answer>,
): Promise<Answer> {
  const claim = await claimRequest(tx, key, fingerprintOf(call.bytes), deps.clock.now());
  if (claim.type === 'reused') throw new Problem('idempotency_key_reused');
  if (claim.type === 'kept') return replay(tx, deps, key, claim.kept, call.bytes);
  const answer = await work();
  await keepAnswer(tx, deps.vault, key, {
    status: answer.status,
    headers: answer.headers ?? {},
    body: JSON.stringify(answer.body ?? null),
    contractId: answer.contractId ?? null,
  });
  return answer;
}

/** The first answer again. */
export async function replay(
  tx: Tx,
  deps: ApiDeps,
  key: RequestKey,
  kept: KeptAnswer,
  bytes: Buffer,
): Promise<Answer> {
  if (!kept.fingerprint.equals(fingerprintOf(bytes))) throw new Problem('idempotency_key_reused');
  const raw = await openAnswer(tx, deps.vault, key, kept);
  return { status: kept.status, raw, headers: { ...kept.headers, 'Idempotent-Replayed': 'true' } };
}

/** Runs as the caller sees the world. */
export function transaction<T>(
  deps: ApiDeps,
  operator: boolean,
  call: Pick<Call, 'caller'>,
  work: (tx: Tx) => Promise<T>,
  reading?: Reading,
): Promise<T> {
  return operator
    ? asOperator(deps.db, work, reading)
    : asClient(deps.db, call.caller.clientId, work, reading);
}

export function requestKey(call: Pick<Call, 'caller' | 'path' | 'idempotencyKey'>): RequestKey | null {
  const { idempotencyKey } = call;
  return idempotencyKey === null
    ? null
    : { clientId: call.caller.clientId, path: call.path, key: idempotencyKey };
}

/** What tells one body from another. */
export function fingerprintOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
