import { createGate } from '../../activities/platform-gate.js';
import { createWatchActivities, type WatchActivities, type WatchDeps } from '../../activities/watch.js';
import { createPlatform } from '../../adapters/platform/client.js';
import type { ListedContract } from '../../domain/platform.js';
import { createActivityStack, type ActivityStack } from '../support/activity-bench.js';
import { startRawServer } from '../support/raw-server.js';
import { storeContract } from '../support/virtual-contract.js';

let stack: ActivityStack;
beforeAll(async () => {
  stack = await createActivityStack();
}, 120_000);
afterAll(() => stack.close(), 60_000);

let ids: string[];
beforeEach(async () => {
  await stack.db.deleteFrom('paraphe.contract').execute();
  ids = [];
  // More than are signalled at once.
  for (let count = 0; count < 25; count += 1) ids.push(await open());
});

/** A contract that waits on the platform. @returns its id; the platform knows it by the same with a mark */
async function open(): Promise<string> {
  const { id } = await storeContract(stack, {});
  const there = { status: 'open', platform_id: `there-${id}` } as const;
  await stack.db.updateTable('paraphe.contract').set(there).where('id', '=', id).execute();
  return id;
}

function listed(id: string, status: ListedContract['status'] = 'signed'): ListedContract {
  const createdAt = stack.clock.now().toISOString();
  return { platformId: `there-${id}`, label: id, status, createdAt, updatedAt: createdAt };
}

/** The watch over a platform that lists these. */
function watchOver(
  list: ListedContract[],
  more: Partial<WatchDeps> = {},
): Pick<WatchActivities, 'watchTurn'> {
  const { db, clock, connection } = stack;
  const platform = { ...stack.platform, list: () => Promise.resolve(list) };
  const gate = createGate({ db, clock, connection, platform });
  const intervals = { minMs: 1_000, maxMs: 60_000 };
  const signalSeen = (): Promise<boolean> => Promise.resolve(true);
  return createWatchActivities({ db, gate, clock, connection, intervals, signalSeen, ...more });
}

test('a contract that cannot be told keeps no other from its news, and is told at the next look', async () => {
  const told: string[] = [];
  let isBroken = true;
  const signalSeen = (id: string): Promise<boolean> => {
    if (isBroken && id === ids[0]) return Promise.reject(new Error('too many signals'));
    return Promise.resolve(told.push(id) > 0);
  };
  const { watchTurn } = watchOver(
    ids.map((id) => listed(id)),
    { signalSeen },
  );
  expect((await watchTurn()).outcome).toBe('looked');
  expect(told.toSorted()).toEqual(ids.slice(1).toSorted());
  isBroken = false;
  await watchTurn();
  expect(told.slice(ids.length - 1)).toEqual([ids[0]]);
});

test('a turn that fails after its request is tried again at growing pauses: each try costs one', async () => {
  const connection = { ...stack.connection, timeZone: 'Nowhere/City' };
  const { watchTurn } = watchOver([], { connection });
  await expect(watchTurn()).rejects.toMatchObject({ nextRetryDelay: 2_000 });
});

test('an answer that lacks contracts costs a few looks, not the quota; those that are really gone get theirs in turn', async () => {
  const connection = { ...stack.connection, dailyQuota: 1_000 };
  const told: string[] = [];
  const [deaf, shown] = [ids.slice(0, 12), ids[24]!];
  const signalSeen = (id: string): Promise<boolean> =>
    Promise.resolve(!deaf.includes(id) && told.push(id) > 0);
  const { watchTurn } = watchOver([listed(shown)], { connection, signalSeen });
  await watchTurn();
  expect(told).toContain(shown);
  expect(told).toHaveLength(11);
  await watchTurn();
  expect(told.toSorted()).toEqual(ids.slice(12).toSorted());
});

test('a status that nobody knows, of whosever contract, hides no other contract and says nothing of its own', async () => {
  const [mine, strange] = ids as [string, string];
  const contracts = [listed(mine), ...ids.slice(1).map((id) => listed(id, 'submitted'))].map(
    ({ platformId, ...rest }) => ({
      contractId: platformId,
      ...rest,
      ...(platformId === `there-${strange}` ? { status: 'archived' } : {}),
    }),
  );
  contracts.push({ ...contracts[0]!, contractId: 'not ours', status: 'refused' });
  const body = JSON.stringify({ contracts });
  const server = await startRawServer((socket) =>
    socket.end(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n${body}`),
  );
  const url = new URL(server.url).origin;
  const limits = { timeoutMs: 5_000, maxAnswerBytes: 1_000_000 };
  const platform = createPlatform({ url, apiUser: 'us', apiKey: 'key', ...limits });
  const { db, clock, connection } = stack;
  const told: string[] = [];
  const { watchTurn } = watchOver([], {
    gate: createGate({ db, clock, connection, platform }),
    signalSeen: (id) => Promise.resolve(told.push(id) > 0),
  });
  const { outcome } = await watchTurn().finally(() => server.close());
  expect([outcome, told]).toEqual(['looked', [mine]]);
});
