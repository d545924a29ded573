import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import type { BenchStack } from '../local-stack.js';
import { summarise } from '../percentile.js';

export interface Signing {
  persons: { id: string; signatoryId: string }[];
  atOnce: number;
  /** What the platform waits before it answers: not ours. */
  platformMs: number;
}

export interface SigningResult {
  signatures: number;
  perSecond: number;
  ownMs: { p50: number; p95: number; p99: number; max: number };
  statuses: Record<string, number>;
}

/** Each person signs once, so many at once; each request has an Idempotency-Key, as a careful client sends it. */
export async function signAll(
  { description }: BenchStack,
  { persons, atOnce, platformMs }: Signing,
): Promise<SigningResult> {
  const pool = new Pool(description.api, { connections: atOnce });
  const own: number[] = [];
  const statuses: Record<string, number> = {};
  const began = performance.now();
  const waiting = persons.values();
  const lane = async (): Promise<void> => {
    for (const { id, signatoryId } of waiting) {
      const start = performance.now();
      const answer = await pool.request({
        method: 'POST',
        path: `/v1/contracts/${id}/signatories/${signatoryId}/signature`,
        headers: {
          authorization: `Bearer ${description.key}`,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
        body: JSON.stringify({ code: '0000' }),
      });
      await answer.body.dump();
      own.push(performance.now() - start - platformMs);
      statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const perSecond = Math.round((own.length / (performance.now() - began)) * 10_000) / 10;
  await pool.close();
  const { p50, p95, p99, max } = summarise(own);
  return { signatures: own.length, perSecond, ownMs: { p50, p95, p99, max }, statuses };
}
