import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { startLocalStack, type BenchStack } from './local-stack.js';
import { percentile } from './percentile.js';
import { openContracts } from './sign/open-contracts.js';
import { historyLengths } from './waiting/history-lengths.js';
import { residentMb } from './waiting/resident-memory.js';

const FEW = 100;
const MANY = 1_000;
/** Contracts are opened so many at a time, so that progress shows. */
const STEP = 300;
/** The watch of this bench: a poll each so often. */
const POLL_MS = 3_000;
const QUIET_POLLS = 5;
const SAMPLES = 15;
/** Contracts wait for days: what opening them left lying has been collected by then. */
const REST_MS = 60_000;

/**
 * The worker's memory with many contracts waiting beside that with few, and what polls that find nothing write into
 * contracts' histories. `--contracts 10000` for the whole; the default takes a few minutes.
 */
export async function benchWaiting(): Promise<object> {
  const many = wanted();
  const stack = await startLocalStack({
    WATCH_MIN_INTERVAL_MS: String(POLL_MS),
    WATCH_MAX_INTERVAL_MS: String(POLL_MS),
  });
  try {
    await open(stack, FEW, 0);
    const few = await memoryOf(stack);
    for (let opened = FEW; opened < many; opened += STEP)
      await open(stack, Math.min(STEP, many - opened), opened);
    const after = await memoryOf(stack);
    return {
      contracts: many,
      memoryMb: { at100: few, atAll: after },
      ofMemoryAt100: Math.round((after / few) * 100) / 100,
      quietPolls: await quietPolls(stack),
    };
  } finally {
    await stack.stop();
  }
}

function wanted(): number {
  const place = process.argv.indexOf('--contracts');
  const many = place === -1 ? MANY : Number(process.argv[place + 1]);
  if (!Number.isInteger(many) || many < FEW) throw new Error(`--contracts takes a number from ${FEW} on`);
  return many;
}

async function open(stack: BenchStack, count: number, before: number): Promise<void> {
  await openContracts(stack, count, 2);
  process.stderr.write(`paraphe: ${before + count} contracts wait\n`);
}

/** Resident memory of the worker while it polls and rests, in MiB: the median, so that one garbage collection says nothing. */
async function memoryOf({ description }: BenchStack): Promise<number> {
  await pause(REST_MS);
  const samples: number[] = [];
  for (let count = 0; count < SAMPLES; count += 1) {
    await pause(1_000);
    samples.push(residentMb(description.processes['worker']!));
  }
  return percentile(samples, 0.5);
}

async function quietPolls({ description }: BenchStack): Promise<object> {
  const connection = await Connection.connect({ address: description.temporalAddress });
  const database = new pg.Client(description.databaseUrl);
  await database.connect();
  try {
    const { workflow } = new Client({ connection });
    const { rows } = await database.query<{ id: string }>('select id from paraphe.contract');
    const ids = rows.map((row) => row.id);
    const polls = async (): Promise<number> => {
      const counted = await database.query<{ count: string }>(
        `select count(*) from paraphe.platform_call where operation = 'list' and outcome = 'done'`,
      );
      return Number(counted.rows[0]!.count);
    };
    const before = await historyLengths(workflow, ids);
    const first = await polls();
    while ((await polls()) < first + QUIET_POLLS) await pause(500);
    const after = await historyLengths(workflow, ids);
    const grown = ids.filter((id) => after.get(id) !== before.get(id));
    return { polls: (await polls()) - first, contractsLookedAt: ids.length, historiesThatGrew: grown.length };
  } finally {
    await Promise.all([connection.close(), database.end()]);
  }
}
