import { decide } from '../../domain/contract/decide.js';
import type { Fact } from '../../domain/contract/facts.js';
import { recordTransition } from '../../store/record.js';
import { postTrigger, startTestApi, type TestApi } from '../support/api.js';

let api: TestApi;

beforeAll(async () => {
  api = await startTestApi();
});

afterAll(() => api.close());

const AT = '2026-11-22T10:00:00.000Z';
/** The contract was created on the platform under this id. */
function created(platformId: string): Fact {
  return {
    type: 'created',
    at: AT,
    by: 'system',
    platformId,
    submitted: true,
    signatoryPlatformIds: ['s-1'],
  };
}

/** The events of a contract, in their order. */
async function eventsOf(id: string): Promise<{ id: string; sequence: number | null; body: string }[]> {
  return api.db
    .selectFrom('paraphe.event')
    .select(['id', 'sequence', 'body'])
    .where('contract_id', '=', id)
    .orderBy('sequence')
    .execute();
}

test('a transition that is recorded twice changes nothing the second time', async () => {
  await postTrigger(api);
  const state = api.started.at(-1)!;
  const next = decide(state, created('p-1'), AT);
  await recordTransition(api.db, next.state, next.events, AT);
  const first = await eventsOf(state.id);
  await recordTransition(api.db, next.state, next.events, AT);
  expect(await eventsOf(state.id)).toEqual(first);
  expect(first.map((event) => event.sequence)).toEqual([1, 2]);
});

test('a transition whose place another took writes nothing and gives what is recorded', async () => {
  await postTrigger(api);
  const state = api.started.at(-1)!;
  const [first, second] = ['p-5', 'p-6'].map((platformId) => decide(state, created(platformId), AT));
  expect(await recordTransition(api.db, first!.state, first!.events, AT)).toBeNull();
  expect(await recordTransition(api.db, first!.state, first!.events, AT)).toBeNull();
  const before = await eventsOf(state.id);
  expect(await recordTransition(api.db, second!.state, second!.events, AT)).toEqual(first!.state);
  expect(await eventsOf(state.id)).toEqual(before);
});

test('events of a client that may see few members hold no others', async () => {
  const { key } = await api.newClient({ fields: ['status'] });
  await postTrigger(api, { reference: 'secret-reference' }, { key });
  const state = api.started.at(-1)!;
  const next = decide(state, created('p-2'), AT);
  await recordTransition(api.db, next.state, next.events, AT);
  const bodies = (await eventsOf(state.id)).map((event) => JSON.parse(event.body));
  expect(bodies.map((body) => body.data.contract)).toEqual([
    { id: state.id, status: 'accepted', previousStatus: null },
    { id: state.id, status: 'open', previousStatus: 'accepted' },
  ]);
});

test('a workflow task that is done again at another time tells its events once, as they were first', async () => {
  const { key } = await api.newClient({});
  const endpoint = { url: 'https://example.org/hook', events: ['*'] };
  const { status } = await api.ask('POST', '/v1/webhook-endpoints', { key, body: endpoint });
  expect(status).toBe(201);
  await postTrigger(api, {}, { key });
  const state = api.started.at(-1)!;
  const later = '2026-11-22T10:00:07.000Z';
  const [first, again] = [decide(state, created('p-3'), AT), decide(state, created('p-3'), later)];
  await recordTransition(api.db, first.state, first.events, AT);
  const recorded = await eventsOf(state.id);
  await recordTransition(api.db, again.state, again.events, later);
  expect(await eventsOf(state.id)).toEqual(recorded);
  const deliveries = await api.db
    .selectFrom('paraphe.delivery')
    .select('event_id')
    .where(
      'event_id',
      'in',
      recorded.map(({ id }) => id),
    )
    .execute();
  expect(deliveries.map((delivery) => delivery.event_id).sort()).toEqual(recorded.map(({ id }) => id).sort());

  const other = again.events.map((event) => ({ ...event, type: 'contract.expired' as const }));
  expect(await recordTransition(api.db, again.state, other, later)).toEqual(first.state);
  expect(await eventsOf(state.id)).toEqual(recorded);
});
