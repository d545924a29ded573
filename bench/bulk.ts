import { readFileSync } from 'node:fs';
import { newKey } from '../runtime/keys.js';
import { startApi } from './accept/api-process.js';
import { triggerBody } from './accept/trigger-body.js';
import { processorMs } from './processor-time.js';
import { startServers } from './servers.js';
import { residentMb } from './waiting/resident-memory.js';

const LINES = 2_000;
const PDF_BYTES = 10_000;
const DAY_MS = 86_400_000;

interface Answered {
  status: number;
  body: { estimate?: { publishBy: string } };
}

/** Thousands of triggers in one request, under production's quota: time, memory, and when the last is published. */
export async function benchBulk(): Promise<object> {
  const servers = await startServers();
  const key = newKey('production');
  const api = await startApi(servers, key, {
    PLATFORM_ENVIRONMENT: 'production',
    PLATFORM_DAILY_QUOTA: '1000',
  });
  try {
    const body = lines();
    const before = { memoryMb: residentMb(api.pid), processorMs: processorMs(api.pid) };
    const began = performance.now();
    const answer = await fetch(`http://127.0.0.1:${api.port}/v1/contracts/bulk`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
      body,
    });
    const answers = (await answer.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Answered);
    const accepted = answers.filter(({ status }) => status === 202);
    const last = Math.max(...accepted.map(({ body: one }) => Date.parse(one.estimate?.publishBy ?? '')));
    return {
      lines: LINES,
      megabytes: Math.round(body.length / 104_857.6) / 10,
      accepted: accepted.length,
      seconds: Math.round((performance.now() - began) / 100) / 10,
      processorMsPerLine: Math.round((10 * (processorMs(api.pid) - before.processorMs)) / LINES) / 10,
      memoryMb: { before: before.memoryMb, most: mostMb(api.pid) },
      lastPublishedInDays: Math.round((10 * (last - Date.now())) / DAY_MS) / 10,
    };
  } finally {
    await api.stop();
    await servers.stop();
  }
}

/** Deadlines from near to far, in no order. */
function lines(): Buffer {
  const trigger = JSON.parse(triggerBody(PDF_BYTES).toString()) as object;
  const deadline = (place: number): string =>
    new Date(Date.now() + (10 + ((place * 7) % 30)) * DAY_MS).toISOString();
  const all = Array.from({ length: LINES }, (_none, place) =>
    JSON.stringify({ ...trigger, idempotencyKey: `bench-${place}`, deadline: deadline(place) }),
  );
  return Buffer.from(all.join('\n'));
}

/** The most that it has held at once (proc(5), VmHWM), in MiB. */
function mostMb(pid: number): number {
  return Math.round(
    Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024,
  );
}
