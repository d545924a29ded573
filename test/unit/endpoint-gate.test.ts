import { createEndpointGate, EndpointBusy, type EndpointGate } from '../../activities/endpoint-gate.js';
import { BREAKER_THRESHOLD } from '../../domain/webhooks/breaker.js';

let now = 0;
let gate: EndpointGate;

beforeEach(() => {
  now = 1_000_000;
  gate = createEndpointGate({ now: () => now, perEndpoint: 2, waiting: 1, waitMs: 50, ratePerSecond: 20 });
});

/** What it is told: null when it was let in. */
async function knock(endpoint: string, isAsked = false): Promise<number | null> {
  try {
    const leave = await gate.enter(endpoint, isAsked);
    leave('alive');
    return null;
  } catch (error) {
    return (error as EndpointBusy).retryInMs;
  }
}

async function breakDown(endpoint: string): Promise<void> {
  for (let n = 0; n < BREAKER_THRESHOLD; n++) (await gate.enter(endpoint))('down');
}

test('one endpoint gets no more attempts at once than its share, and others are not touched by it', async () => {
  const leave = await gate.enter('slow');
  await gate.enter('slow');
  let isIn = false;
  const third = gate.enter('slow').then((leaveThird) => {
    isIn = true;
    return leaveThird;
  });
  await expect(gate.enter('slow')).rejects.toBeInstanceOf(EndpointBusy);
  expect(await knock('other')).toBeNull();
  expect(isIn).toBe(false);
  leave('alive');
  (await third)('alive');
});

test('who waits too long for a place is sent away', async () => {
  await gate.enter('slow');
  await gate.enter('slow');
  const third = gate.enter('slow');
  now += 60;
  await expect(third).rejects.toBeInstanceOf(EndpointBusy);
});

test('a dead endpoint is left alone, those sent away come back one after another, and others go on', async () => {
  await breakDown('dead');
  const first = await knock('dead');
  const second = await knock('dead');
  expect(first).toBeGreaterThan(1_000);
  expect(second! - first!).toBe(50);
  expect(await knock('other')).toBeNull();
});

test('an endpoint that answers, whatever it says, is not dead', async () => {
  for (let n = 0; n < BREAKER_THRESHOLD; n++) {
    now += 100;
    (await gate.enter('grumpy'))(n % 3 === 0 ? 'alive' : 'down');
  }
  now += 100;
  expect(await knock('grumpy')).toBeNull();
});

test('what somebody asked for goes as the probe before the pause is over, one at a time', async () => {
  await breakDown('dead');
  const leave = await gate.enter('dead', true);
  expect(await knock('dead', true)).not.toBeNull();
  leave('alive');
  expect(await knock('dead')).toBeNull();
});

test('a probe that found nothing out leaves its turn to the next', async () => {
  await breakDown('dead');
  (await gate.enter('dead', true))('none');
  expect(await knock('dead')).toBeNull();
});

test('no more than the rate gets through over time, with a second of it at once', async () => {
  const answers: (number | null)[] = [];
  for (let n = 0; n < 25; n++) answers.push(await knock('busy'));
  expect(answers.filter((answer) => answer === null)).toHaveLength(20);
  now += 1_000;
  expect(await knock('busy')).toBeNull();
});

test('those waiting for a place leave at once when the breaker opens', async () => {
  gate = createEndpointGate({ now: () => now, perEndpoint: BREAKER_THRESHOLD, waiting: 5, waitMs: 60_000 });
  const inside = await Promise.all(Array.from({ length: BREAKER_THRESHOLD }, () => gate.enter('dead')));
  const waiting = gate.enter('dead');
  inside.slice(0, -1).forEach((leave) => leave('down'));
  // The first to leave has let the waiting one in: it fails as well.
  (await waiting)('down');
  inside.at(-1)!('down');
  await expect(gate.enter('dead')).rejects.toBeInstanceOf(EndpointBusy);
});

test('an endpoint that wants no more gets nothing, not even what was let in already, until that is written down', async () => {
  const leave = await gate.enter('gone');
  leave('gone');
  expect(gate.isGone('gone')).toBe(true);
  expect(await knock('gone', true)).toBe(5_000);
  now += 5_000;
  expect(gate.isGone('gone')).toBe(false);
  expect(await knock('gone')).toBeNull();
});
