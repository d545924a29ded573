import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { aTrigger, PDF, postTrigger, startTestApi, type TestApi } from '../support/api.js';

const MB = 1024 * 1024;

let api: TestApi;
/** Triggers that are worked on, and how many were at once. */
let underWay = 0;
let peak = 0;

beforeAll(async () => {
  api = await startTestApi({
    async estimate() {
      underWay += 1;
      peak = Math.max(peak, underWay);
      for (let n = 0; n < 200; n++) await turn();
      underWay -= 1;
      return new Map();
    },
  });
});
afterAll(() => api.close());

/** Begins a request; what is sent of its body, and when, is the test's. */
function begin(headers: Record<string, string | number>): ClientRequest {
  const authorization = `Bearer ${api.clientKey}`;
  const type = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
  const open = request(`${api.url}/v1/contracts`, {
    method: 'POST',
    headers: { authorization, ...type, ...headers },
  });
  open.on('error', () => undefined);
  return open;
}

async function statusOf(open: ClientRequest): Promise<number> {
  const [answer] = (await once(open, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode!;
}

const large = (bytes: number): string =>
  JSON.stringify(aTrigger({ documents: [{ name: 'a.pdf', content: padded(bytes) }] }));
const padded = (bytes: number): string => Buffer.concat([PDF, Buffer.alloc(bytes, 0x20)]).toString('base64');

test('large bodies are worked on a few at a time, and all are taken', async () => {
  const body = large(4 * MB);
  const all = Array.from({ length: 12 }, () => {
    const open = begin({ 'content-length': Buffer.byteLength(body) });
    open.end(body);
    return statusOf(open);
  });
  expect(new Set(await Promise.all(all))).toEqual(new Set([202]));
  expect(peak).toBeLessThanOrEqual(3);
});

test('whoever sends slowly keeps no place from the others, and small ones need none', async () => {
  const slow = Array.from({ length: 3 }, () => begin({ 'content-length': 2 * MB }));
  for (const open of slow) open.write(' ');
  expect((await postTrigger(api)).status).toBe(202);
  const body = large(2 * MB);
  const open = begin({ 'content-length': Buffer.byteLength(body) });
  open.end(body);
  expect(await statusOf(open)).toBe(202);
  for (const one of slow) one.destroy();
});

test('bodies that are held take no more memory than they may: one is told to come back, the others go on', async () => {
  const piece = Buffer.alloc(34 * MB, 0x20);
  const slow = Array.from({ length: 5 }, () => begin({ 'transfer-encoding': 'chunked' }));
  const answered = slow.map((open, place) => statusOf(open).then((status) => [place, status] as const));
  for (const open of slow) open.write(piece);
  const [place, status] = await Promise.race(answered);
  expect(status).toBe(503);
  const other = slow[(place + 1) % slow.length]!;
  other.end('{}');
  expect(await answered[(place + 1) % slow.length]).toEqual([(place + 1) % slow.length, 400]);
  expect((await postTrigger(api)).status).toBe(202);
  for (const one of slow) one.destroy();
}, 30_000);
