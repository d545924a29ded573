import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { answerMalformed } from '../../api/malformed-request.js';
import { createLogger } from '../../runtime/logger.js';

let server: Server;
beforeAll(async () => {
  server = createServer((_request, response) => response.end('well'));
  answerMalformed(server, createLogger('test', 'silent'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

async function send(bytes: string): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(bytes);
  return text(socket);
}

test('bytes that are no HTTP are answered with a problem that has a request id', async () => {
  const [head = '', body = ''] = (await send('HELLO\r\n\r\n')).split('\r\n\r\n');
  const requestId = /^Request-Id: (req_\w+)$/m.exec(head)?.[1];
  expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json\r\n/);
  expect(JSON.parse(body)).toMatchObject({ status: 400, code: 'invalid_request', requestId });
});

test('headers that are too large are told by the status, with a request id', async () => {
  const answer = await send(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
  expect(answer).toMatch(
    /^HTTP\/1\.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nRequest-Id: req_/,
  );
});

test('what is well-formed is left alone', async () => {
  expect(await send('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 OK/);
});
