import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Stands where production has Caddy: sends each request to the api with the fewest under way, of those whose
 * `/readyz` answers 200; tries another for 5 s while none takes the connection (ops/Caddyfile: lb_policy, health_uri,
 * lb_try_duration). BALANCER_PORT, BALANCER_BACKENDS (ports, with commas; some may be empty slots).
 */
const TRY_MS = 5_000;
const LOOK_EVERY_MS = 500;

interface Backend {
  readonly port: number;
  isReady: boolean;
  underWay: number;
}

const backends: Backend[] = (process.env['BALANCER_BACKENDS'] ?? '')
  .split(',')
  .map((port) => ({ port: Number(port), isReady: false, underWay: 0 }));

async function look(backend: Backend): Promise<void> {
  const url = `http://127.0.0.1:${backend.port}/readyz`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
  await answer?.body?.cancel();
  backend.isReady = answer?.status === 200;
}

async function forward(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const until = Date.now() + TRY_MS;
  while (Date.now() < until) {
    const backend = backends.filter(({ isReady }) => isReady).sort((a, b) => a.underWay - b.underWay)[0];
    if (backend === undefined) await pause(50);
    else if (await pass(backend, incoming, response)) return;
    else backend.isReady = false;
  }
  response.writeHead(502).end();
}

/** @returns false when the backend took no connection, so that nothing was sent and another may be tried */
async function pass(backend: Backend, incoming: IncomingMessage, response: ServerResponse): Promise<boolean> {
  backend.underWay += 1;
  try {
    return await exchange(backend.port, incoming, response);
  } finally {
    backend.underWay -= 1;
  }
}

function exchange(port: number, incoming: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const { method, url, headers } = incoming;
  return new Promise((resolve) => {
    // A connection for each request: one kept open could end under a request that is not repeatable.
    const outgoing = ask({ host: '127.0.0.1', port, method, path: url, headers, agent: false });
    let connected = false;
    outgoing.once('socket', (socket) =>
      socket.once('connect', () => {
        connected = true;
        incoming.pipe(outgoing);
      }),
    );
    outgoing.once('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.once('close', () => resolve(true));
    });
    outgoing.once('error', () => {
      if (!connected) return resolve(false);
      if (!response.headersSent) response.writeHead(502);
      response.end();
      resolve(true);
    });
    response.once('close', () => outgoing.destroy());
  });
}

for (const backend of backends) {
  const turn = () => void look(backend);
  setInterval(turn, LOOK_EVERY_MS);
  turn();
}
const server = createServer((incoming, response) => void forward(incoming, response));
server.keepAliveTimeout = 30_000;
server.listen(Number(process.env['BALANCER_PORT']), '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
});
process.once('SIGTERM', () => process.exit(0));
