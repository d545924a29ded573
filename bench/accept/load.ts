import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
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

/**
 * Posts the same trigger, each time with a key of its own, so many at once, for so long. On bare sockets that stay
 * open: what the load costs is taken from those who serve it, for they share the processors.
 */
export async function load({ port, key, body, atOnce, seconds }: Load): Promise<LoadResult> {
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  const head = `POST /v1/contracts HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nIdempotency-Key: `;
  const began = performance.now();
  const until = began + seconds * 1000;
  const lane = async (): Promise<void> => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    while (performance.now() < until) {
      const start = performance.now();
      socket.cork();
      socket.write(`${head}${randomUUID()}\r\n\r\n`, 'latin1');
      socket.write(body);
      socket.uncork();
      const status = await readAnswer(socket);
      latencies.push(performance.now() - start);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const perSecond = Math.round((latencies.length / (performance.now() - began)) * 10_000) / 10;
  const { p50, p95, p99, max } = summarise(latencies);
  return { perSecond, latencyMs: { p50, p95, p99, max }, statuses };
}

/** Status of the one answer that is under way, once all of it is there; its length must be told in its head. */
function readAnswer(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    const finish = (end: () => void): void => {
      socket.off('data', take).off('close', fail).off('error', fail);
      end();
    };
    const fail = (): void => finish(() => reject(new Error('The connection broke.')));
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      const headEnd = text.indexOf('\r\n\r\n');
      if (headEnd < 0) return;
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(text.slice(0, headEnd))?.[1]);
      if (Number.isNaN(length)) return finish(() => reject(new Error('An answer without Content-Length.')));
      if (text.length >= headEnd + 4 + length) finish(() => resolve(Number(text.slice(9, 12))));
    };
    socket.on('data', take).on('close', fail).on('error', fail);
  });
}
