import type { WorkflowClient } from '@temporalio/client';
import { createContractStarter, type ContractStarter } from '../../api/start-contract.js';
import type { ContractState } from '../../domain/contract/state.js';
import { systemClock } from '../../runtime/clock.js';
import { createLogger } from '../../runtime/logger.js';
import { createDatabase, type Database } from '../../store/database.js';
import { createTestDatabase } from '../support/postgres.js';

let db: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await createTestDatabase();
  ({ db } = createDatabase(database.url, 'paraphe_api', 2));
  drop = () => db.destroy().then(() => database.drop());
});
afterAll(() => drop());

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

function starterOf(): {
  starter: ContractStarter;
  asked: string[];
  whenAsked: (count: number) => Promise<void>;
} {
  const asked: string[] = [];
  let told = (): void => undefined;
  const start = async (_type: unknown, { workflowId }: { workflowId: string }): Promise<void> => {
    asked.push(workflowId);
    told();
  };
  const client = { start } as unknown as Pick<WorkflowClient, 'start'>;
  const settings = { taskQueue: 'test', warningHours: [] };
  const logger = createLogger('api', 'silent');
  return {
    starter: createContractStarter({ client, db, clock: systemClock, logger, settings }),
    asked,
    whenAsked: (count) =>
      new Promise((resolve) => {
        told = () => void (asked.length >= count && resolve());
        told();
      }),
  };
}

/** As the api does: accepted, told to the starter, answered. */
function accept(starter: ContractStarter, id: string): void {
  const done = starter.accepting();
  starter.enqueue(stateOf(id));
  done();
}

test('A trigger that comes alone is started at once', async () => {
  const { starter, asked } = starterOf();
  accept(starter, 'ctr_alone');
  expect(asked).toEqual(['ctr_alone']);
  await starter.stop();
});

test('In a rush one is started and the others wait; when it is over they are started in their order', async () => {
  const { starter, asked, whenAsked } = starterOf();
  const rush = Array.from({ length: 32 }, () => starter.accepting());
  const ids = Array.from({ length: 32 }, (_none, place) => `ctr_${place}`);
  for (const id of ids) starter.enqueue(stateOf(id));
  expect(asked).toEqual(['ctr_0']);
  for (const done of rush) done();
  await whenAsked(32);
  expect(asked).toEqual(ids);
  await starter.stop();
});

test('A rush without an end holds none up for ever', async () => {
  const { starter, asked, whenAsked } = starterOf();
  for (let place = 0; place < 32; place++) starter.accepting();
  for (const id of ['ctr_1', 'ctr_2', 'ctr_3']) starter.enqueue(stateOf(id));
  await whenAsked(3);
  expect(asked).toEqual(['ctr_1', 'ctr_2', 'ctr_3']);
  await starter.stop();
});
