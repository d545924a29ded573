import { randomBytes } from 'node:crypto';
import type { Gate } from '../../activities/platform-gate.js';
import { query } from '../../local/postgres/query.js';
import { createLogger } from '../../runtime/logger.js';
import type { Connection } from '../../store/connections.js';
import { createDatabase, type Database } from '../../store/database.js';
import { GAUGES, readGauges } from '../../store/gauges.js';
import { createGaugeReader } from '../../worker/gauges.js';
import { probe } from '../../worker/platform-probe.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';

let database: TestDatabase;
let db: Database;
const connection = { id: 'con_1', dailyQuota: 1_000 } as Connection;
const logger = createLogger('test', 'silent');
const NOW = new Date('2026-11-20T12:00:00Z');
const ago = (seconds: number) => new Date(NOW.getTime() - seconds * 1_000);

beforeEach(async () => {
  database = await createTestDatabase();
  db = createDatabase(database.url, 'paraphe_worker', 2).db;
  await run(`insert into paraphe.client (id, name, scopes, created_at) values ('cli_1', 'a', '{}', now())`);
  await run(
    `insert into paraphe.connection (id, environment, url, api_user, daily_quota, sms_limit, attempt_limit, created_at)
     values ('con_1', 'sandbox', 'http://127.0.0.1', 'u', 1000, 5, 5, $1)`,
    [ago(3_600)],
  );
});

afterEach(async () => {
  await db.destroy();
  await database.drop();
});

const run = (text: string, values: unknown[] = []) => query(database.url, text, values);

async function contract(
  id: string,
  status: string,
  members: { deadline?: Date; state?: object; at?: Date } = {},
) {
  const { deadline = ago(-30 * 86_400), at = ago(60) } = members;
  const state = { limits: { sms: 5, attempts: 5 }, signatories: [], ...members.state };
  await run(
    `insert into paraphe.contract (id, client_id, connection_id, status, deadline, state, version, language,
       notify_signatories, notify_owner, created_at, updated_at, workflow_started_at)
     values ($1, 'cli_1', 'con_1', $2, $3, $4, 1, 'fr', true, true, $5, $5, $5)`,
    [id, status, deadline, JSON.stringify(state), at],
  );
}

const call = (
  operation: string,
  at: Date,
  members: { outcome?: string; intent?: string; contract?: string } = {},
) =>
  run(
    `insert into paraphe.platform_call (connection_id, operation, priority, at, answered_at, outcome, intent, contract_id)
     values ('con_1', $1, 1, $2, $2, $3, $4, $5)`,
    [operation, at, members.outcome ?? 'done', members.intent ?? null, members.contract ?? null],
  );

async function values(): Promise<Record<string, number>> {
  const samples = await readGauges(db, { connection, now: NOW });
  return Object.fromEntries(
    samples.map(({ name, labels, value }) => [
      [name.slice(8), ...Object.values(labels).sort()].join(' '),
      value,
    ]),
  );
}

test('A contract without a workflow is late only while no other is started either: a rush is begun at a pace', async () => {
  const late = async (): Promise<number> => (await values())['contracts_unstarted_oldest_seconds']!;
  expect(await late()).toBe(0);
  await contract('ctr_1', 'accepted', { at: ago(600) });
  await contract('ctr_2', 'accepted', { at: ago(20) });
  await run(`update paraphe.contract set workflow_started_at = null where id = 'ctr_1'`);
  expect(await late()).toBe(20);
  await run(`update paraphe.contract set workflow_started_at = null`);
  expect(await late()).toBe(600);
});

test('the quota, the platform and uncertain outcomes are counted', async () => {
  await contract('ctr_1', 'accepted');
  await call('list', ago(90_000));
  await call('list', ago(500));
  await call('create', ago(400), { outcome: 'unknown', intent: 'create:ctr_1', contract: 'ctr_1' });
  expect(await values()).toMatchObject({
    quota_limit: 1_000,
    quota_used: 2,
    quota_left: 998,
    quota_queued: 1,
    platform_reachable: 0,
    platform_answer_age_seconds: 500,
    uncertain_outcomes: 1,
    uncertain_oldest_seconds: 400,
  });
  await call('create', ago(10), { intent: 'create:ctr_1', contract: 'ctr_1' });
  expect(await values()).toMatchObject({
    uncertain_outcomes: 0,
    uncertain_oldest_seconds: 0,
    platform_reachable: 1,
  });
});

test('refused keys and a quota that somebody else used up are told', async () => {
  const refuse = (code: string) =>
    run(
      `insert into paraphe.platform_call (connection_id, operation, priority, at, answered_at, outcome, code)
       values ('con_1', 'list', 5, $1, $1, 'refused', $2)`,
      [ago(100), code],
    );
  expect(await values()).toMatchObject({ platform_keys_refused: 0, quota_refused_hour: 0 });
  await refuse('quota_exceeded');
  expect(await values()).toMatchObject({ platform_keys_refused: 0, quota_refused_hour: 1 });
  await refuse('invalid_keys');
  expect(await values()).toMatchObject({ platform_keys_refused: 1, quota_refused_hour: 1 });
  await call('list', ago(1));
  expect(await values()).toMatchObject({ platform_keys_refused: 0 });
});

test('documents that do not verify and endpoints that die are told for an hour, however few the workers know', async () => {
  await contract('ctr_1', 'attention', { state: { statusReason: 'verification_failed' } });
  const report = (id: string, at: Date) =>
    run(
      `insert into personal.verification_report
         (document_id, client_id, contract_id, sha256, size, verification, kept, sealed, verified_at)
       values ($1, 'cli_1', 'ctr_1', 'x', 1, 'failed', 'apart', $2, $3)`,
      [id, randomBytes(8), at],
    );
  const endpoint = (id: string, reason: string, at: Date) =>
    run(
      `insert into paraphe.webhook_endpoint (id, client_id, url, events, status, disabled_reason, disabled_at, sealed, created_at)
       values ($1, 'cli_1', 'https://example.org', '{*}', 'disabled', $2, $3, $4, $3)`,
      [id, reason, at, randomBytes(8)],
    );
  await report('doc_1', ago(3_700));
  await endpoint('whe_1', 'failing', ago(3_700));
  await endpoint('whe_2', 'by_client', ago(60));
  expect(await values()).toMatchObject({ verifications_failed_hour: 0, webhook_endpoints_died_hour: 0 });
  await report('doc_2', ago(60));
  await endpoint('whe_3', 'gone', ago(60));
  expect(await values()).toMatchObject({ verifications_failed_hour: 1, webhook_endpoints_died_hour: 1 });
});

test('contracts, their deadlines and their limits are counted', async () => {
  const signatory = { status: 'pending', smsSent: 5, failures: 5 };
  await contract('ctr_1', 'open', { deadline: ago(-3_600), state: { signatories: [signatory] } });
  await contract('ctr_2', 'accepted', { deadline: ago(-2 * 86_400), at: ago(7_300) });
  await contract('ctr_3', 'open', { deadline: ago(1_000) });
  await contract('ctr_4', 'attention', { state: { statusReason: 'verification_failed' } });
  expect(await values()).toMatchObject({
    'contracts open': 2,
    'contracts_oldest_seconds accepted': 7_300,
    'contracts_attention verification_failed': 1,
    'contracts_deadline_soon 24h open': 1,
    'contracts_deadline_soon 24h accepted': 0,
    'contracts_deadline_soon 72h accepted': 1,
    contracts_overdue: 1,
    'signatories_near_limit 1 sms': 1,
    'signatories_near_limit 0 attempt': 1,
    'signatories_near_limit 0 sms': 0,
  });
});

test('keys, backups and the end of the journal are judged', async () => {
  const key = (id: string, days: number) =>
    run(
      `insert into paraphe.api_key (id, client_id, hash, hint, scopes, created_at, expires_at) values ($1, 'cli_1', $2, '', '{}', now(), $3)`,
      [id, randomBytes(32), ago(-days * 86_400)],
    );
  await key('key_1', 5);
  expect(await values()).toMatchObject({
    'keys_expiring 7d': 1,
    'keys_expiring 30d': 1,
    backup_age_seconds: 3_600,
    journal_ok: 1,
  });
  await key('key_2', 300);
  await run(`insert into paraphe.backup (at, ended_at, bytes) values ($1, $1, 1)`, [ago(120)]);
  await run(`update paraphe.journal_head set position = 7, hash = 'cut'`);
  expect(await values()).toMatchObject({ 'keys_expiring 30d': 0, backup_age_seconds: 120, journal_ok: 0 });
});

test('every gauge that may be without a value is the exception', async () => {
  const names = new Set((await readGauges(db, { connection, now: NOW })).map(({ name }) => name));
  const silent = GAUGES.map(({ name }) => name).filter((name) => !names.has(name));
  expect(silent).toEqual([
    'paraphe_platform_reachable',
    'paraphe_platform_answer_age_seconds',
    'paraphe_contracts_attention',
  ]);
});

test('PostgreSQL is read once in 15 seconds, and what is old is not told as new', async () => {
  let now = NOW;
  const read = createGaugeReader({ db, clock: { now: () => now }, logger, connection });
  const used = async () => (await read()).find(({ name }) => name === 'paraphe_quota_used')?.value;
  expect(await used()).toBe(0);
  await call('list', ago(1));
  now = ago(-14);
  expect(await used()).toBe(0);
  now = ago(-15);
  expect(await used()).toBe(1);
  await db.destroy();
  now = ago(-60);
  expect(await read()).toEqual([{ name: 'paraphe_gauges_age_seconds', labels: {}, value: 45 }]);
});

test('the platform is probed only when nothing was asked of it for 15 minutes', async () => {
  const asked: string[] = [];
  const gate: Gate = (deed) => {
    asked.push(deed.operation);
    return Promise.resolve() as Promise<never>;
  };
  const deps = { db, clock: { now: () => NOW }, gate, connection, logger };
  await call('list', ago(899));
  expect([await probe(deps), asked]).toEqual([false, []]);
  await run('delete from paraphe.platform_call');
  await call('list', ago(901));
  expect([await probe(deps), asked]).toEqual([true, ['check']]);
});
