import type { WorkflowClient } from '@temporalio/client';
import { createContractStarter, type ContractStarter } from '../../api/start-contract.js';
import { createStartPlaces } from '../../api/start-places.js';
import type { ContractState } from '../../domain/contract/state.js';
import { PLACES } from '../../domain/pace.js';
import { query } from '../../local/postgres/query.js';
import { systemClock } from '../../runtime/clock.js';
import { createLogger } from '../../runtime/logger.js';
import { createDatabase, type Database } from '../../store/database.js';
import { createTestDatabase } from '../support/postgres.js';
import { waitFor } from '../support/wait.js';

let db: Database;
let url: string;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createTestDatabase();
  ({ url } = database);
  ({ db } = createDatabase(database.url, 'paraphe_api', 2));
  drop = () => db.destroy().then(() => database.drop());
});
afterAll(() => drop());

const run = (text: string, values: unknown[] = []) => query(url, text, values);

/** A contract's state as far as its start looks at it. */
const stateOf = (id: string): ContractState =>
  ({
    id,
    clientId: 'cli',
    status: 'accepted',
    deadline: '2030-01-01T00:00:00Z',
    environment: 'sandbox',
    documents: [],
    signatories: [],
  }) as unknown as ContractState;

function starterOf(isSigning = false): {
  starter: ContractStarter;
  asked: string[];
} {
  const asked: string[] = [];
  const start = async (_type: unknown, { workflowId }: { workflowId: string }): Promise<void> => {
    asked.push(workflowId);
  };
  const client = { start } as unknown as Pick<WorkflowClient, 'start'>;
  const settings = { taskQueue: 'test', warningHours: [] };
  const logger = createLogger('api', 'silent');
  return {
    starter: createContractStarter({
      client,
      db,
      clock: systemClock,
      logger,
      settings,
      rightOfWay: { isTaken: () => isSigning },
    }),
    asked,
  };
}

/** Accepted and begun by somebody, as the store has it. */
const beginElsewhere = (count: number) =>
  run(
    `insert into paraphe.contract (id, client_id, connection_id, status, deadline, state, version, language,
       notify_signatories, notify_owner, created_at, updated_at, workflow_started_at)
     select 'ctr_other_' || n, 'cli', 'con', 'accepted', now(), '{}', 1, 'fr', true, true, now(), now(), now()
     from generate_series(1, $1::int) n`,
    [count],
  );

test('A trigger that comes alone is started at once', async () => {
  const { starter, asked } = starterOf();
  starter.startSoon(stateOf('ctr_alone'));
  expect(asked).toEqual(['ctr_alone']);
  await starter.stop();
});

test('In a rush as many are started as there are places; the others are left to the worker', async () => {
  const { starter, asked } = starterOf();
  const ids = Array.from({ length: 32 }, (_none, place) => `ctr_${place}`);
  for (const id of ids) starter.startSoon(stateOf(id));
  expect(asked).toEqual(ids.slice(0, PLACES));
  await starter.stop();
});

test('While people sign one is started a second; a contract that somebody asks for something all the same', async () => {
  const { starter, asked } = starterOf(true);
  for (const id of ['ctr_a', 'ctr_b', 'ctr_c']) starter.startSoon(stateOf(id));
  await starter.startNow(stateOf('ctr_asked'));
  expect(asked).toEqual(['ctr_a', 'ctr_asked']);
  await starter.stop();
});

test('A contract that somebody asks for something is started whatever others wait', async () => {
  const { starter, asked } = starterOf();
  for (let place = 0; place < PLACES; place++) starter.startSoon(stateOf(`ctr_${place}`));
  await starter.startNow(stateOf('ctr_asked'));
  expect(asked).toContain('ctr_asked');
  await starter.stop();
});

test('Places that other processes have taken count, and are free again when those contracts are published', async () => {
  const places = createStartPlaces({ db, clock: systemClock, logger: createLogger('api', 'silent') });
  await beginElsewhere(PLACES);
  places.take('ctr_first');
  expect(places.areFree()).toBe(true);
  places.started('ctr_first');
  await waitFor(() => !places.areFree());
  await run(`update paraphe.contract set status = 'open'`);
  await waitFor(() => places.areFree());
  await places.stop();
});
