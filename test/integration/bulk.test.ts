import { createEstimate } from '../../api/estimate.js';
import { createPublishingPlan } from '../../domain/quota/publishing-plan.js';
import { creationsPerWindow } from '../../domain/quota/policy.js';
import { aTrigger, startTestApi, type TestApi } from '../support/api.js';
import { buildPdf, onePage } from '../support/build-pdf.js';

const LIMIT = 100;
const DAY = 86_400_000;
const HOUR = 3_600_000;
/** What the quota lets be created at once. */
const AT_ONCE = creationsPerWindow(LIMIT);

let api: TestApi;
let estimates = 0;
let began = 0;
beforeEach(async () => {
  api = await startTestApi({ production: true });
  const connection = { ...api.deps.connection, dailyQuota: LIMIT };
  const estimate = createEstimate({ db: api.deps.db, clock: api.clock, connection });
  estimates = 0;
  began = Date.now();
  api.deps.estimate = (contracts) => {
    estimates += 1;
    return estimate(contracts);
  };
});
afterEach(() => api.close());

interface Line {
  status: number;
  body: { id: string; code?: string; publishBy?: string; estimate: { publishBy: string } };
}

/** A bulk of contracts with these days to their deadlines; keys are the prefix and the place. */
async function send(days: number[], prefix = 'k'): Promise<Line[]> {
  const lines = days.map((day, place) =>
    JSON.stringify({
      ...aTrigger({ deadline: new Date(began + day * DAY).toISOString() }),
      idempotencyKey: `${prefix}${place}`,
    }),
  );
  const headers = { 'content-type': 'application/x-ndjson' };
  const answer = await api.ask('POST', '/v1/contracts/bulk', { raw: lines.join('\n'), headers });
  return answer.bytes
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

const hoursAway = (date: string | undefined): number => (Date.parse(date ?? '') - Date.now()) / HOUR;

test('a bulk is planned in one calculation, the nearest deadline first, whatever the order of its lines', async () => {
  const days = Array.from({ length: 3 * AT_ONCE }, (_none, place) => 60 - (place % 50));
  const lines = await send(days);
  expect(estimates).toBe(1);
  expect(new Set(lines.map((line) => line.status))).toEqual(new Set([202]));
  const order = days.map((day, place) => ({ day, place })).sort((a, b) => a.day - b.day || a.place - b.place);
  const plan = createPublishingPlan([], LIMIT, Date.now());
  for (const { place } of order) {
    const expected = (plan.next() - Date.now()) / HOUR;
    plan.take();
    expect(Math.abs(hoursAway(lines[place]?.body.estimate.publishBy) - expected)).toBeLessThan(0.1);
  }
});

test('what a contract says of itself later is what its line of the bulk was answered', async () => {
  const lines = await send(Array.from({ length: 2 * AT_ONCE }, (_none, place) => 40 + place));
  for (const line of [lines[0]!, lines.at(-1)!]) {
    const { body } = await api.ask('GET', `/v1/contracts/${line.body.id}`);
    const difference = Date.parse(body.estimate.publishBy) - Date.parse(line.body.estimate.publishBy);
    expect(Math.abs(difference)).toBeLessThan(60_000);
  }
});

test('a page of waiting contracts costs one calculation', async () => {
  await send(Array.from({ length: 20 }, () => 30));
  estimates = 0;
  const { body } = await api.ask('GET', '/v1/contracts?limit=20');
  expect(body.data).toHaveLength(20);
  expect(estimates).toBe(1);
});

test('what can’t be published before its deadline is refused, and takes no slot from the others', async () => {
  const soon = Array.from({ length: 2 * AT_ONCE }, () => 0.5);
  const later = Array.from({ length: 10 }, () => 20);
  const lines = await send([...soon, ...later]);
  const refused = lines.slice(0, soon.length).filter((line) => line.status === 422);
  expect(refused).toHaveLength(AT_ONCE);
  expect(refused[0]?.body).toMatchObject({ code: 'deadline_unreachable' });
  expect(hoursAway(refused[0]?.body.publishBy)).toBeGreaterThan(12);
  // They come with the first slots that are free again, not after those that were refused.
  for (const line of lines.slice(soon.length))
    expect(hoursAway(line.body.estimate.publishBy)).toBeLessThan(24.2);
});

test('a bulk that is sent again is answered as before, and its new lines queue behind it once', async () => {
  const days = Array.from({ length: AT_ONCE }, () => 10);
  const first = await send(days);
  const again = await send([...days, 10]);
  expect(again.slice(0, AT_ONCE)).toEqual(first);
  expect(hoursAway(again.at(-1)?.body.estimate.publishBy)).toBeLessThan(24.2);
  expect(hoursAway(again.at(-1)?.body.estimate.publishBy)).toBeGreaterThan(23);
});

test('of lines with the same key, or the same reference, the first counts', async () => {
  // The first of each takes longest: those behind it must not overtake it.
  const headers = { 'content-type': 'application/pdf' };
  const uploads = await Promise.all(
    Array.from({ length: 10 }, () => api.ask('POST', '/v1/documents', { raw: buildPdf(onePage()), headers })),
  );
  const slow = uploads.map(({ body }, place) => ({ name: `${place}.pdf`, documentId: body.id }));
  const lines = Array.from({ length: 12 }, (_none, place) =>
    JSON.stringify({
      ...aTrigger({ label: `Line ${place}`, reference: place < 6 ? undefined : 'the-same' }),
      ...(place % 6 === 0 ? { documents: slow } : {}),
      idempotencyKey: place < 6 ? 'one-key' : `key-${place}`,
    }),
  );
  const answer = await api.ask('POST', '/v1/contracts/bulk', {
    raw: lines.join('\n'),
    headers: { 'content-type': 'application/x-ndjson' },
  });
  const statuses = answer.bytes
    .toString()
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as Line).status);
  expect(statuses).toEqual([202, 422, 422, 422, 422, 422, 202, 409, 409, 409, 409, 409]);
});
