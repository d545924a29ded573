import { forkWorker } from '../../bench/webhooks/fork-worker.js';
import { latenciesBeside, silent } from '../../bench/webhooks/measure-dead-endpoint.js';
import { createRandom } from '../../bench/webhooks/random.js';
import { weatherStorm } from '../../bench/webhooks/weather-storm.js';
import { openDeliveryTestBed, type DeliveryTestBed } from '../support/deliveries.js';
import { waitFor } from '../support/wait.js';

let bed: DeliveryTestBed;

beforeAll(async () => {
  bed = await openDeliveryTestBed();
});

afterAll(() => bed.close());

// The full sizes, with their bounds on latencies, are those of `npm run bench -- webhooks`.
test('an endpoint that never answers does not hold up the others', async () => {
  const worker = await bed.startWorker();
  const latencies = await latenciesBeside(bed.stack, { count: 100, perSecond: 20 }, silent);
  expect(latencies).toHaveLength(90);
  // Waiting for the dead one would take its time-out, 15 seconds.
  expect(Math.max(...latencies)).toBeLessThan(10_000);
  await worker.stop();
}, 120_000);

test('at a receiver that fails in every way, while workers are killed, each event arrives with one body and no gap; none after 410', async () => {
  let worker = await forkWorker(bed.stack, true);
  bed.stack.onEvent = () => worker.kick();
  const meanwhile = async (): Promise<void> => {
    const before = await countAttempts();
    for (const count of [10, 30, 60]) {
      await waitFor(async () => (await countAttempts()) >= before + count);
      await worker.kill();
      worker = await forkWorker(bed.stack, true);
    }
  };
  const wish = { contracts: 10, eventsEach: 3, perSecond: 20, settleMs: 80_000 };
  const report = await weatherStorm(bed.stack, { ...wish, random: createRandom(5), meanwhile });
  const nothingWrong = { missing: 0, changed: 0, gaps: 0, afterGone: 0, unexplained: 0, withoutOutcome: 0 };
  expect(report).toMatchObject({ events: 30, ...nothingWrong });
  await worker.kill();
}, 120_000);

async function countAttempts(): Promise<number> {
  const { count } = await bed.stack.db
    .selectFrom('paraphe.delivery_attempt')
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
