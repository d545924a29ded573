import { createPlatform } from '../../adapters/platform/client.js';
import type { NewContract } from '../../domain/platform.js';
import { startRawServer, type RawServer } from '../support/raw-server.js';

const TIMEOUT_MS = 400;

let server: RawServer;
afterEach(() => server.close());

/** A platform that begins to answer at once and then sends a blank every few milliseconds, for ever. */
async function trickling() {
  server = await startRawServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n');
    const timer = setInterval(() => socket.write(' '), 20);
    socket.on('close', () => clearInterval(timer));
  });
  const bounds = { timeoutMs: TIMEOUT_MS, uploadTimeoutMs: TIMEOUT_MS, maxAnswerBytes: 1_000_000 };
  return createPlatform({ url: new URL(server.url).origin, apiUser: 'us', apiKey: 'key', ...bounds });
}

const contract: NewContract = {
  label: 'A contract',
  language: 'fr',
  deadline: '2027-01-01T00:00:00Z',
  documents: [{ name: 'a.pdf', size: 4, read: () => Promise.resolve(Buffer.from('%PDF')) }],
  annexes: [],
  signatories: [],
  notify: { signatories: true, owner: true, message: null },
  submit: true,
};

const requests = {
  list: (platform) => platform.list({}),
  sign: (platform) => platform.sign('contract', 'signatory', '0000'),
  create: (platform) => platform.create(contract, () => Promise.resolve(true)),
} satisfies Record<string, (platform: ReturnType<typeof createPlatform>) => Promise<unknown>>;

test.each(Object.entries(requests))(
  'an answer that comes byte by byte ends with the time of the whole request: %s',
  async (_name, ask) => {
    await expect(ask(await trickling())).rejects.toMatchObject({ code: 'timeout', sent: true });
  },
  5_000,
);
