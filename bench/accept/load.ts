import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { summarise } from '../percentile.js';

export interface Load {
  port: number;
  key: string;
  body: Buffer;
  atOnce: number;
  seconds: number;
}

export interface LoadResult {
  perSecond: number;
  latencyMs: { p50: number; p95: number; p99: number; max: number };
  statuses: Record<string, number>;
}

/** Posts the same trigger, each time with a key of its own, so many at once, for so long. */
export async function load({ port, key, body, atOnce, seconds }: Load): Promise<LoadResult> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: atOnce });
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  const began = performance.now();
  const until = began + seconds * 1000;
  const lane = async (): Promise<void> => {
    while (performance.now() < until) {
      const start = performance.now();
      const answer = await pool.request({
        method: 'POST',
        path: '/v1/contracts',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
        },
        body,
      });
      await answer.body.dump();
      latencies.push(performance.now() - start);
      statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const perSecond = Math.round((latencies.length / (performance.now() - began)) * 10_000) / 10;
  await pool.close();
  const { p50, p95, p99, max } = summarise(latencies);
  return { perSecond, latencyMs: { p50, p95, p99, max }, statuses };
}
