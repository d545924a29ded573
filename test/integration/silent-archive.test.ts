import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { readS3Address } from '../../adapters/archive/s3-address.js';
import { createS3Archive } from '../../adapters/archive/s3-archive.js';

const TIMEOUTS = { connectionTimeout: 200, socketTimeout: 200 };
const KEY = 'signed/ctr_1/doc_1/abc';

let server: Server;
const sockets = new Set<Socket>();
/** What the server says to a request before it falls silent. */
let beginning = '';

beforeAll(async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => socket.write(beginning));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

const archive = () => {
  const { port } = server.address() as AddressInfo;
  return createS3Archive(readS3Address(`s3://b?endpoint=http://127.0.0.1:${port}`), TIMEOUTS);
};

test.each([
  ['says nothing', ''],
  ['stops in the middle of an object', 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf'],
])(
  'a bucket that %s is given up, not waited for',
  async (_what, says) => {
    beginning = says;
    await expect(archive().get(KEY)).rejects.toThrow();
  },
  20_000,
);

test('what a silent bucket may not have kept counts as not kept', async () => {
  beginning = '';
  await expect(archive().put(KEY, Buffer.from('x'))).rejects.toThrow();
}, 20_000);
