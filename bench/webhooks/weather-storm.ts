import { sql } from 'kysely';
import type { ContractState } from '../../domain/contract/state.js';
import { eventKey } from './latency.js';
import { tellAtPace } from './pace.js';
import type { Receiver } from './receiver.js';
import { openLeavingReceiver, openRandomReceiver } from './rough-receivers.js';
import type { WebhookStack } from './stack.js';
import { until } from './until.js';

export interface StormWish {
  contracts: number;
  eventsEach: number;
  perSecond: number;
  /** What the receiver chooses its answers by. */
  random?: () => number;
  /** What happens to the workers meanwhile; ends when the events have been written and this has resolved. */
  meanwhile: () => Promise<void>;
  settleMs: number;
}

export interface StormReport {
  events: number;
  /** Attempts that arrived at the receiver that fails at random. */
  arrivals: number;
  /** Events that never arrived with a good answer. */
  missing: number;
  /** What the log of attempts says of those. */
  missed: object[];
  /** Events that came with more than one body. */
  changed: number;
  /** Contracts whose sequence has a gap. */
  gaps: number;
  /** Arrivals later than a second after 410 was written down; those under way then can't be called back. */
  afterGone: number;
  attempts: { delivered: number; failed: number; interrupted: number };
  /** Deliveries with more arrivals than attempts in the log. */
  unexplained: number;
  /** Attempts in the log, of either endpoint, without an outcome. */
  withoutOutcome: number;
}

/** Many contracts' events at a receiver that fails at random and at one that leaves; counts what went wrong. */
export async function weatherStorm(stack: WebhookStack, wish: StormWish): Promise<StormReport> {
  const [rough, leaving] = await Promise.all([openRandomReceiver(wish.random), openLeavingReceiver(20)]);
  try {
    const clientId = await stack.addClient();
    const endpoint = await stack.addEndpoint(clientId, rough.url);
    const left = await stack.addEndpoint(clientId, leaving.url, ['contract.*']);
    const contracts: ContractState[] = [];
    while (contracts.length < wish.contracts) contracts.push(await stack.addContract(clientId));
    const count = wish.contracts * wish.eventsEach;
    const [commits] = await Promise.all([
      tellAtPace(stack, contracts, { count, perSecond: wish.perSecond }),
      wish.meanwhile(),
    ]);
    await until(() => isSettled(stack, clientId), wish.settleMs);
    const judged = judgeArrivals(rough, rough.accepted, [...commits.keys()]);
    return {
      ...judged,
      missing: judged.missing.length,
      missed: await attemptsOf(stack, endpoint.id, judged.missing),
      afterGone: await countAfterGone(stack, left.id, leaving),
      ...(await readLog(stack, endpoint.id, rough)),
      withoutOutcome: await countWithoutOutcome(stack, clientId),
    };
  } finally {
    rough.close();
    leaving.close();
  }
}

async function isSettled(stack: WebhookStack, clientId: string): Promise<boolean> {
  const row = await stack.db
    .selectFrom('paraphe.delivery')
    .select('id')
    .where('client_id', '=', clientId)
    .where('status', '=', 'pending')
    .limit(1)
    .executeTakeFirst();
  return row === undefined;
}

async function countAfterGone(
  stack: WebhookStack,
  endpointId: string,
  { arrivals }: Receiver,
): Promise<number> {
  const row = await stack.db
    .selectFrom('paraphe.webhook_endpoint')
    .select('disabled_at')
    .where('id', '=', endpointId)
    .executeTakeFirstOrThrow();
  if (row.disabled_at === null) throw new Error('the endpoint that answered 410 is not disabled');
  const last = row.disabled_at.getTime() + 1_000;
  return arrivals.filter(({ at }) => at > last).length;
}

function judgeArrivals({ arrivals }: Receiver, accepted: ReadonlySet<string>, told: string[]) {
  const bodies = new Map<string, Set<string>>();
  const well = new Map<string, Set<number>>();
  for (const { eventId, body } of arrivals) {
    bodies.set(eventId, (bodies.get(eventId) ?? new Set()).add(body));
    const [contract = '', sequence] = eventKey({ body }).split('#');
    if (accepted.has(eventId) && contract !== '')
      well.set(contract, (well.get(contract) ?? new Set()).add(Number(sequence)));
  }
  const missing = told.filter((key) => {
    const [contract = '', sequence] = key.split('#');
    return well.get(contract)?.has(Number(sequence)) !== true;
  });
  const gaps = [...well.values()].filter((sequences) => Math.max(...sequences) - 1 !== sequences.size);
  return {
    events: told.length,
    arrivals: arrivals.length,
    missing,
    changed: [...bodies.values()].filter((seen) => seen.size > 1).length,
    gaps: gaps.length,
  };
}

async function attemptsOf(stack: WebhookStack, endpointId: string, keys: string[]): Promise<object[]> {
  const { rows } = await sql<object>`
    select e.contract_id || '#' || e.sequence as event, d.status, a.status as answer, a.error
    from paraphe.delivery d join paraphe.event e on e.id = d.event_id
    left join paraphe.delivery_attempt a on a.delivery_id = d.id
    where d.endpoint_id = ${endpointId} and e.contract_id || '#' || e.sequence = any(${keys})
    order by 1, a.number`.execute(stack.db);
  return rows;
}

/** What the log of attempts says of the endpoint, against what arrived there. */
async function readLog(stack: WebhookStack, endpointId: string, { arrivals }: Receiver) {
  const { rows } = await sql<{ event: string; delivered: number; failed: number; interrupted: number }>`
    select d.event_id as event,
      count(*) filter (where a.error is null and a.status is not null)::int as delivered,
      count(*) filter (where a.error <> 'interrupted')::int as failed,
      count(*) filter (where a.error = 'interrupted')::int as interrupted
    from paraphe.delivery d join paraphe.delivery_attempt a on a.delivery_id = d.id
    where d.endpoint_id = ${endpointId} group by 1`.execute(stack.db);
  const arrived = new Map<string, number>();
  for (const { eventId } of arrivals) arrived.set(eventId, (arrived.get(eventId) ?? 0) + 1);
  const attempts = { delivered: 0, failed: 0, interrupted: 0 };
  let unexplained = 0;
  for (const { event, delivered, failed, interrupted } of rows) {
    attempts.delivered += delivered;
    attempts.failed += failed;
    attempts.interrupted += interrupted;
    if ((arrived.get(event) ?? 0) > delivered + failed + interrupted) unexplained += 1;
  }
  return { attempts, unexplained };
}

async function countWithoutOutcome(stack: WebhookStack, clientId: string): Promise<number> {
  const { count } = await stack.db
    .selectFrom('paraphe.delivery_attempt')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('client_id', '=', clientId)
    .where('status', 'is', null)
    .where('error', 'is', null)
    .executeTakeFirstOrThrow();
  return count;
}
