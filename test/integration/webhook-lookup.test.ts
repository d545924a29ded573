import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createLookup } from '../../adapters/egress/lookup.js';

const QUESTION = 12;
const TYPE_A = 1;
const NXDOMAIN = 3;

let server: Socket;
let servers: string[];
const asked: string[] = [];

/** A name server of a few lines: `silent.` says nothing, `missing.` is unknown, all else has two addresses. */
beforeAll(async () => {
  server = createSocket('udp4', (query, peer) => {
    const name = readName(query);
    asked.push(name);
    if (!name.startsWith('silent.')) server.send(reply(query, name), peer.port, peer.address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  servers = [`127.0.0.1:${server.address().port}`];
});

afterAll(() => server.close());

function readName(query: Buffer): string {
  const labels: string[] = [];
  for (let at = QUESTION; query[at]; at += (query[at] ?? 0) + 1) {
    labels.push(query.toString('latin1', at + 1, at + 1 + (query[at] ?? 0)));
  }
  return labels.join('.').toLowerCase();
}

function reply(query: Buffer, name: string): Buffer {
  const end = query.indexOf(0, QUESTION) + 5;
  const isA = query.readUInt16BE(end - 4) === TYPE_A;
  const addresses = isA && !name.startsWith('missing.') ? [9, 10] : [];
  const header = Buffer.from(query.subarray(0, QUESTION));
  header.writeUInt16BE(0x8180 | (name.startsWith('missing.') ? NXDOMAIN : 0), 2);
  header.writeUInt16BE(addresses.length, 6);
  header.fill(0, 8, 12);
  const records = addresses.map((last) =>
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 127, 0, 0, last]),
  );
  return Buffer.concat([header, query.subarray(QUESTION, end), ...records]);
}

const createFor = (timeoutMs: number) => createLookup({ internalNames: false, servers, timeoutMs, tries: 1 });

test('a name gives every address it has', async () => {
  expect(await createFor(2_000)('receiver.example.org')).toEqual(['127.0.0.9', '127.0.0.10']);
});

test('localhost is this machine, whatever a name server might say', async () => {
  asked.length = 0;
  expect(await createFor(2_000)('localhost')).toEqual(['127.0.0.1']);
  expect(await createFor(2_000)('app.localhost')).toEqual(['127.0.0.1']);
  expect(asked).toEqual([]);
});

test('an unknown name is a failure', async () => {
  await expect(createFor(2_000)('missing.example.org')).rejects.toThrow();
});

test('many silent name servers hold up neither other names nor the thread pool', async () => {
  const lookup = createFor(3_000);
  let settled = 0;
  const silent = Array.from({ length: 20 }, async (_, index) => {
    await expect(lookup(`silent.${index}.example.org`)).rejects.toThrow();
    settled += 1;
  });
  // Files are read by the thread pool that the system's look-up would occupy.
  await readFile(__filename);
  expect(await lookup('receiver.example.org')).toHaveLength(2);
  expect(settled).toBe(0);
  await Promise.all(silent);
});
