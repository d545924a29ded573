import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../local/ports.js';
import { query } from '../../local/postgres/query.js';
import { newKey } from '../../runtime/keys.js';
import { migrate } from '../../store/migrate.js';
import { businessSystem, plainTrigger } from '../support/business-system.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { openDoor, startProgram, type Program } from '../support/program.js';
import { temporalAddress, uniqueName } from '../support/temporal.js';
import { KEY, removeHome, startTwin, USER, type TestTwin } from '../support/twin.js';
import { waitFor } from '../support/wait.js';

jest.setTimeout(150_000);
const PROMISED_MS = 30_000;

let twin: TestTwin;
let database: TestDatabase;
let programs: Program[] = [];
const key = newKey('sandbox');

beforeEach(async () => {
  twin = await startTwin();
  programs = [];
});

afterEach(async () => {
  for (const { child } of programs) child.kill('SIGKILL');
  await twin.close();
  await database.drop();
  await removeHome(twin.home);
});

interface Product {
  api: Program;
  worker: Program;
  url: string;
}

async function startProduct(databaseUrl: string, temporal: string): Promise<Product> {
  const port = await freePort();
  const env = {
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporal,
    TASK_QUEUE: uniqueName('start'),
    PARAPHE_MASTER_KEY: randomBytes(32).toString('base64'),
    PLATFORM_URL: twin.url,
    PLATFORM_API_USER: USER,
    PLATFORM_API_KEY: KEY,
    ARCHIVE_URL: `file://${mkdtempSync(path.join(tmpdir(), 'paraphe-start-'))}`,
    API_PORT: String(port),
    BOOTSTRAP_CLIENT_KEY: key,
    LOG_LEVEL: 'info',
  };
  const api = startProgram('api/main.js', env);
  const worker = startProgram('worker/main.js', env);
  programs.push(api, worker);
  return { api, worker, url: `http://127.0.0.1:${port}` };
}

async function startReady(): Promise<Product> {
  database = await createTestDatabase();
  const product = await startProduct(database.tcpUrl, await temporalAddress());
  await product.api.said('listening');
  return product;
}

const get = async (url: string) => {
  const answer = await fetch(url);
  return { status: answer.status, body: (await answer.json()) as { down?: string[]; status?: string } };
};

test('api and worker that start before PostgreSQL, its migrations and Temporal wait for them, say so, and then work', async () => {
  database = await createTestDatabase({ empty: true });
  const [databasePort, temporalPort] = [await freePort(), await freePort()];
  const url = new URL(database.tcpUrl);
  url.port = String(databasePort);
  const product = await startProduct(url.href, `127.0.0.1:${temporalPort}`);
  const isAlive = () =>
    get(`${product.url}/livez`).then(
      ({ status }) => status === 200,
      () => false,
    );
  await waitFor(isAlive, 60_000);
  expect(await get(`${product.url}/startupz`)).toEqual({ status: 503, body: { status: 'starting' } });
  expect(await get(`${product.url}/readyz`)).toMatchObject({ status: 503, body: { down: ['postgresql'] } });
  const system = businessSystem({ api: product.url, key });
  const refused = await system.call<{ code: string }>('POST', '/v1/contracts', plainTrigger());
  expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([
    503,
    'service_unavailable',
    '5',
  ]);

  const doors = [await openDoor(databasePort, database.tcpUrl)];
  await product.api.said('"reason":"migrations"');
  await migrate(database.url);
  await product.api.said('listening');
  expect((await get(`${product.url}/startupz`)).status).toBe(200);
  expect(await get(`${product.url}/readyz`)).toMatchObject({ status: 200, body: { down: ['temporal'] } });
  const { id } = await system.trigger();
  await product.worker.said('"reason":"temporal"');

  doors.push(await openDoor(temporalPort, await temporalAddress()));
  await product.worker.said('"ready":true');
  expect((await system.until(id, 'open', 100_000)).status).toBe('open');
  for (const door of doors) door.close();
});

test('an api that is asked to stop answers what is under way, closes kept connections, takes nothing new, and ends in time', async () => {
  const { api, url } = await startReady();
  const { port } = new URL(url);
  const idle = connect(Number(port), '127.0.0.1');
  idle.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(idle, 'data');
  const gone = once(idle, 'close');

  // A client's body is half here when the stop is asked for.
  const body = JSON.stringify(plainTrigger());
  const slow = request(`${url}/v1/contracts`, {
    method: 'POST',
    agent: new Agent({ keepAlive: true }),
    headers: {
      authorization: `Bearer ${key}`,
      'idempotency-key': 'slow-1',
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    },
  });
  const answered = once(slow, 'response') as Promise<[IncomingMessage]>;
  slow.write(body.slice(0, 100));
  await waitFor(() => slow.socket?.bytesWritten !== 0);
  await get(`${url}/livez`);
  const stopped = api.stop();
  await gone;
  await waitFor(() =>
    fetch(`${url}/livez`).then(
      () => false,
      () => true,
    ),
  );
  slow.end(body.slice(100));
  const [answer] = await answered;
  expect(answer.statusCode).toBe(202);
  answer.resume();
  const { status, tookMs } = await stopped;
  expect(status).toBe(0);
  expect(tookMs).toBeLessThan(PROMISED_MS);
});

test('a worker that is asked to stop ends the platform request under way and writes down what came of it', async () => {
  const { worker, url } = await startReady();
  await worker.said('"ready":true');
  await twin.control('/faults', { kind: 'delay', request: 'contractCreateRequest', ms: 3_000 });
  const system = businessSystem({ api: url, key });
  const { id } = await system.trigger();
  const outcome = async () => {
    const rows = await query<{ outcome: string | null }>(
      database.url,
      `select outcome from paraphe.platform_call where operation = 'create' and contract_id = $1`,
      [id],
    );
    return rows.map((row) => row.outcome);
  };
  await waitFor(async () => (await outcome()).length === 1);
  const { status, tookMs } = await worker.stop();
  expect([status, await outcome()]).toEqual([0, ['done']]);
  expect(tookMs).toBeLessThan(PROMISED_MS);
});
