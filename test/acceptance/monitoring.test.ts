import { Client, Connection } from '@temporalio/client';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { businessSystem, person, plainTrigger, platformSite } from '../support/business-system.js';
import { recordRequests, type RecordingServer } from '../support/http.js';
import { askedNames } from '../support/ops-names.js';
import {
  metricNames,
  startMonitoredStack,
  untilSpan,
  type MonitoredStack,
} from '../support/monitored-stack.js';
import { playTellingLives, secretsIn } from '../support/telling-lives.js';

let stack: MonitoredStack;
let receiver: RecordingServer;

beforeAll(async () => {
  stack = await startMonitoredStack({ LOG_LEVEL: 'debug' });
  receiver = await recordRequests();
}, 90_000);

afterAll(async () => {
  await receiver.close();
  await stack.stop();
});

test('with a collector that is away contracts are completed all the same', async () => {
  const system = businessSystem(stack.file);
  const { id } = await system.trigger();
  const open = await system.until(id, 'open');
  await platformSite(stack.file).sign(open.platformId!, 0);
  expect((await system.until(id, 'completed', 60_000)).status).toBe('completed');
  expect(stack.spans()).toEqual([]);
});

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

/** Not exported before the first of its kind: a contract that waits for a person, a quota (the sandbox has none). */
const ON_OCCASION = new Set(['paraphe_contracts_attention', 'paraphe_quota_limit', 'paraphe_quota_left']);

describe('with a collector that comes later', () => {
  let collector: RecordingServer;

  beforeAll(async () => {
    collector = await stack.openCollector();
    await businessSystem(stack.file).trigger();
    // What could not be sent is tried again at growing pauses: from its first span on a program sends as it goes.
    for (const name of ['paraphe-api', 'paraphe-worker'])
      await untilSpan(stack, ({ service }) => service === name);
  });

  test('one trace leads from the client through api, workflow, activities, platform and PostgreSQL to the webhook', async () => {
    const system = businessSystem(stack.file);
    await system.call('POST', '/v1/webhook-endpoints', { url: `${receiver.url}/secret-path`, events: ['*'] });
    const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;
    const accepted = await system.call<{ id: string }>(
      'POST',
      '/v1/contracts',
      plainTrigger({ signatories: [person('traced')] }),
      { traceparent },
    );
    expect(accepted.status).toBe(202);
    const { id } = accepted.body;
    const open = await system.until(id, 'open');
    await platformSite(stack.file).sign(open.platformId!, 0);
    await system.until(id, 'completed', 60_000);
    const told = await receiver.next(({ body }) => body.includes('contract.completed') && body.includes(id));
    expect(told.headers['traceparent']).toContain(TRACE);
    await untilSpan(stack, ({ name, traceId }) => traceId === TRACE && name === 'RunWorkflow:contract');

    const spans = stack.spans().filter(({ traceId }) => traceId === TRACE);
    const named = (service: string, pattern: RegExp) =>
      spans.filter((span) => span.service === service && pattern.test(span.name)).length;
    expect(named('paraphe-api', /^POST \/v1\/contracts$/)).toBe(1);
    expect(named('paraphe-api', /^pg/)).toBeGreaterThan(0);
    expect(named('paraphe-api', /^StartWorkflow:/)).toBe(1);
    expect(named('paraphe-worker', /^RunActivity:/)).toBeGreaterThan(2);
    expect(named('paraphe-worker', /^pg/)).toBeGreaterThan(0);
    expect(named('paraphe-worker', /^POST$/)).toBeGreaterThan(1);
    expect(named('paraphe-worker', /^deliver webhook$/)).toBeGreaterThan(1);

    const everything = collector.requests.map(({ body }) => body).join('\n');
    for (const word of [
      'traced@example.org',
      'Camille',
      'secret-path',
      stack.file.key,
      'select ',
      'avenant.pdf',
    ])
      expect(everything).not.toContain(word);
  });

  test('what a client does later is a trace of its own that leads back to the trigger’s, and the watch makes none without end', async () => {
    const system = businessSystem(stack.file);
    const later = '5bf92f3577b34da6a3ce929d0e0e4737';
    const { id } = await system.trigger();
    const open = await system.until(id, 'open');
    const sid = open.signatories[0]!.id;
    const code = '0000';
    const headers = { traceparent: `00-${later}-00f067aa0ba902b8-01` };
    const signed = await system.call(
      'POST',
      `/v1/contracts/${id}/signatories/${sid}/signature`,
      { code },
      headers,
    );
    expect(signed.status).toBe(200);
    const start = await untilSpan(
      stack,
      ({ name, text }) => name === 'StartWorkflow:contract' && text.includes(id),
    );
    const record = await untilSpan(
      stack,
      ({ name, traceId, links }) => name === 'RunActivity:record' && traceId === later && links !== undefined,
    );
    expect(record.links!.map(({ traceId }) => traceId)).toEqual([start.traceId]);

    const turns = stack.spans().filter(({ name }) => name === 'RunActivity:watchTurn');
    expect(turns.length).toBeGreaterThan(1);
    expect(new Set(turns.map(({ traceId }) => traceId)).size).toBe(turns.length);
    expect(stack.spans().filter(({ name }) => name === 'StartActivity:watchTurn')).toEqual([]);
  });

  test('lines of the log carry the id of the trace, whether the client began it or the api', async () => {
    const linesWith = (word: string): string[] =>
      stack
        .output()
        .split('\n')
        .filter((line) => line.includes(word));
    expect(linesWith(TRACE).length).toBeGreaterThan(0);
    const { id } = await businessSystem(stack.file).trigger();
    const start = await untilSpan(
      stack,
      ({ name, text }) => name === 'StartWorkflow:contract' && text.includes(id),
    );
    expect(linesWith(`"traceId":"${start.traceId}"`).length).toBeGreaterThan(0);
  });

  test('no alert and no panel names a metric that is not exported', async () => {
    const text = await stack.metrics();
    expect(text).toContain('http_route="/v1/contracts/:id"');
    const exported = metricNames(text);
    const missing = [...askedNames()].filter(([name]) => !exported.has(name) && !ON_OCCASION.has(name));
    // Temporal's SDK exports its counters of failures with the first failure; its source names them.
    const sdk = path.join(
      __dirname,
      '..',
      '..',
      'node_modules',
      '@temporalio',
      'core-bridge',
      'sdk-core',
      'crates',
    );
    const sources = ['sdk-core/src/telemetry/metrics.rs', 'client/src/metrics.rs'].map((file) =>
      readFileSync(path.join(sdk, file), 'utf8'),
    );
    const known = (name: string): boolean =>
      sources.some((text) => text.includes(`"${name.replace(/^temporal_/, '')}"`));
    expect(missing.filter(([name]) => !(name.startsWith('temporal_') && known(name)))).toEqual([]);
  });

  // Promise 7: no personal data, signing code, key or document content in Temporal, logs, metrics or traces.
  describe('of contracts that tell something in each member', () => {
    let told: string[];

    beforeAll(async () => {
      told = await playTellingLives(stack.file, receiver);
    }, 180_000);

    test("Temporal's histories, memos and search attributes tell ids, statuses and times only", async () => {
      const connection = await Connection.connect({ address: stack.file.temporalAddress });
      const { workflow } = new Client({ connection });
      const kept: string[] = [];
      for await (const { workflowId, runId } of workflow.list()) {
        const handle = workflow.getHandle(workflowId, runId);
        kept.push(...textsOf(await handle.fetchHistory()), ...textsOf((await handle.describe()).raw));
      }
      await connection.close();
      const all = kept.join('\n');
      for (const id of told) expect(all).toContain(id);
      expect(secretsIn(all, stack.file)).toEqual([]);
    });

    test('logs, traces and metrics tell ids, statuses and times only', async () => {
      // The start shows the key of the sandbox on purpose; the programs' lines carry their name and a bar.
      const logs = stack
        .output()
        .split('\n')
        .filter((line) => line.includes('│'));
      const all = [...logs, ...collector.requests.map(({ body }) => body), await stack.metrics()].join('\n');
      for (const id of told) expect(all).toContain(id);
      expect(secretsIn(all, stack.file)).toEqual([]);
    });

    test('in PostgreSQL names, addresses, numbers, labels, codes and documents are sealed', async () => {
      const client = new pg.Client({ connectionString: stack.file.databaseUrl });
      await client.connect();
      const { rows: tables } = await client.query<{ name: string }>(
        `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
         where table_schema in ('paraphe', 'personal')`,
      );
      const texts: string[] = [];
      for (const { name } of tables) {
        const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
        texts.push(...rows.map(({ row }) => row));
      }
      await client.end();
      const all = texts.join('\n');
      for (const id of told) expect(all).toContain(id);
      // What clients word as references is not sealed (docs/decisions/0001), nor is the reason of a cancel.
      const inWords = new Set(['reference', 'contractReference', 'metadata', 'reason']);
      expect(secretsIn(all, stack.file).filter((name) => !inWords.has(name))).toEqual([]);
    });
  });
});

/** Every text in what Temporal answers, payloads included. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (ArrayBuffer.isView(value))
    return [Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString()];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
