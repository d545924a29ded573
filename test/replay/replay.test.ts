import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils';
import { Worker } from '@temporalio/worker';
import { HISTORIES } from '../support/record-histories.js';
import { installRuntime } from '../support/virtual-worker.js';
import { workflowBundle } from '../support/workflow-bundle.js';

const names = readdirSync(HISTORIES).filter((name) => name.endsWith('.json'));

test('there are histories of every end', () => {
  const ends = new Set(names.map((name) => name.split('-')[0]));
  expect([...ends]).toEqual(
    expect.arrayContaining(['attention', 'cancelled', 'completed', 'expired', 'rejected']),
  );
});

test('every stored history is replayed by the workflows of today', async () => {
  installRuntime();
  const histories = names.map((name) => ({
    workflowId: name,
    history: historyFromJSON(JSON.parse(readFileSync(path.join(HISTORIES, name), 'utf8'))),
  }));
  const broken: string[] = [];
  const options = { workflowBundle: await workflowBundle() };
  for await (const { workflowId, error } of Worker.runReplayHistories(options, histories))
    if (error !== undefined) broken.push(`${workflowId}: ${error.message}`);
  expect(broken).toEqual([]);
}, 180_000);
