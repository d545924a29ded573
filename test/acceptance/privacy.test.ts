import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { buildPdf, onePage } from '../support/build-pdf.js';
import { businessSystem, platformSite } from '../support/business-system.js';
import { recordRequests, type RecordingServer } from '../support/http.js';
import { startMonitoredStack, type MonitoredStack } from '../support/monitored-stack.js';

// Promise 7: no personal data, signing code, key or document content in Temporal, logs, metrics or traces.

/** Words that stand nowhere else, one for each member that tells something about somebody. */
const SECRETS = {
  label: 'Zlabel Avenant',
  firstName: 'Zprenom',
  lastName: 'Znom-Exemple',
  email: 'zadresse@example.org',
  mobile: '+33639981234',
  reference: 'zref-881',
  contractReference: 'zcontrat-42',
  metadata: 'zdepartement',
  message: 'zmessage aux signataires',
  document: 'zfichier.pdf',
  page: 'zpage du contrat',
  code: '739184',
  reason: 'zmotif du client',
  header: 'zentete-secret',
};

let stack: MonitoredStack;
let receiver: RecordingServer;
let collector: RecordingServer;
let told: string[];

beforeAll(async () => {
  stack = await startMonitoredStack({ LOG_LEVEL: 'debug' });
  [receiver, collector] = await Promise.all([recordRequests(), stack.openCollector()]);
  told = await playLives();
}, 180_000);

afterAll(async () => {
  await receiver.close();
  await stack.stop();
});

/** One contract signed with codes, one cancelled with a reason, both told to an endpoint. @returns their ids */
async function playLives(): Promise<string[]> {
  const system = businessSystem(stack.file);
  const site = platformSite(stack.file);
  const headers = { 'X-Secret': SECRETS.header };
  await system.call('POST', '/v1/webhook-endpoints', { url: `${receiver.url}/hook`, events: ['*'], headers });
  const signed = await system.trigger(tellingTrigger());
  const open = await system.until(signed.id, 'open');
  const at = `/v1/contracts/${signed.id}/signatories/${open.signatories[0]!.id}`;
  await system.call('POST', `${at}/sms`);
  expect((await system.call('POST', `${at}/signature`, { code: SECRETS.code })).status).toBe(422);
  await site.sign(open.platformId!, 0);
  await system.until(signed.id, 'completed', 60_000);
  const cancelled = await system.trigger({ ...tellingTrigger(), reference: undefined });
  await system.until(cancelled.id, 'open');
  await system.call('POST', `/v1/contracts/${cancelled.id}/cancel`, { reason: SECRETS.reason });
  await receiver.next(({ body }) => body.includes('contract.cancelled'));
  return [signed.id, cancelled.id];
}

function tellingTrigger(): Record<string, unknown> {
  const { firstName, lastName, email, mobile, reference } = SECRETS;
  return {
    label: SECRETS.label,
    reference: SECRETS.contractReference,
    metadata: { department: SECRETS.metadata },
    documents: [{ name: SECRETS.document, content: pageOf(SECRETS.page).toString('base64') }],
    signatories: [{ firstName, lastName, email, mobile, reference }],
    notify: { message: SECRETS.message },
  };
}

/** Every text in what Temporal answers, payloads included. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (ArrayBuffer.isView(value))
    return [Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString()];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

/** A page that says so. */
function pageOf(words: string): Buffer {
  const text = `BT /F1 12 Tf 10 50 Td (${words}) Tj ET`;
  const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R>>';
  return buildPdf({ ...onePage(), 3: page, 4: `<</Length ${text.length}>>\nstream\n${text}\nendstream` });
}

/** The names of the secrets that a text holds, as they are or encoded; keys are looked for with them. */
function found(text: string): string[] {
  const keys = { key: stack.file.key, adminKey: stack.file.adminKey };
  return Object.entries({ ...SECRETS, ...keys })
    .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
    .map(([name]) => name);
}

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, '')];
}

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
  expect(found(all)).toEqual([]);
});

test('logs, traces and metrics tell ids, statuses and times only', async () => {
  // The start shows the key of the sandbox on purpose; the programs' lines carry their name and a bar.
  const logs = stack
    .output()
    .split('\n')
    .filter((line) => line.includes('│'));
  const all = [...logs, ...collector.requests.map(({ body }) => body), await stack.metrics()].join('\n');
  for (const id of told) expect(all).toContain(id);
  expect(found(all)).toEqual([]);
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
  expect(found(all).filter((name) => !inWords.has(name))).toEqual([]);
});
