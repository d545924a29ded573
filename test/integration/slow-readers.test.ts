import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { PDF, postTrigger, startTestApi, type TestApi } from '../support/api.js';

const MB = 1024 * 1024;
/** Seven of these are more than may be held. */
const SIZE = 23 * MB;

let api: TestApi;
let path: string;
const readers = new Set<IncomingMessage>();

beforeAll(async () => {
  api = await startTestApi();
  const content = Buffer.concat([PDF, Buffer.alloc(SIZE - PDF.length, 0x20)]).toString('base64');
  const { body } = await postTrigger(api, { documents: [{ name: 'a.pdf', content }] });
  const { id, documents } = body as { id: string; documents: { id: string }[] };
  path = `/v1/contracts/${id}/documents/${documents[0]!.id}`;
}, 60_000);
afterAll(() => {
  for (const reader of readers) reader.destroy();
  return api.close();
});

/** Asks for the document and reads nothing of it. */
async function begin(): Promise<IncomingMessage> {
  const open = request(api.url + path, {
    headers: { authorization: `Bearer ${api.clientKey}` },
    agent: false,
  }).end();
  const [answer] = (await once(open, 'response')) as [IncomingMessage];
  readers.add(answer);
  answer.on('error', () => undefined);
  return answer;
}

async function sizeOf(answer: IncomingMessage): Promise<number> {
  let size = 0;
  for await (const piece of answer) size += (piece as Buffer).length;
  return size;
}

test('documents that nobody reads take no more memory than they may', async () => {
  const slow: IncomingMessage[] = [];
  for (let n = 0; n < 6; n++) slow.push(await begin());
  expect(slow.map((answer) => answer.statusCode)).toEqual(Array(6).fill(200));
  // All have just begun: whoever comes now is told to come back.
  const refused = await begin();
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([503, '5']);
  // The next that is done makes room.
  expect(await sizeOf(slow[1]!)).toBe(SIZE);
  const next = await begin();
  expect(next.statusCode).toBe(200);
  // After half a minute the one that has read for longest is cut off, and sees it; the others read on.
  api.clock.set(new Date(api.clock.now().getTime() + 31_000));
  const last = await begin();
  expect(await sizeOf(last)).toBe(SIZE);
  await expect(sizeOf(slow[0]!)).rejects.toThrow('aborted');
  expect(await sizeOf(slow[2]!)).toBe(SIZE);
}, 60_000);
