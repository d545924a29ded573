import { openReceiver, type Receiver } from '../demo/receiver.js';
import { LocalError } from '../project.js';
import type { BusinessSystem } from './business-system.js';
import type { Findings } from './finding.js';
import { each, until } from './patience.js';
import type { PlatformSite } from './platform-site.js';
import { bringToEnd, endOf, type Member } from './population.js';

/** A receiver of webhooks that checks and keeps what it gets. */
export interface Witness extends Pick<Receiver, 'events'> {
  /** What comes after it is not its own: its endpoint is removed with it. */
  readonly leave: () => Promise<void>;
}

export async function openWitness(system: BusinessSystem): Promise<Witness> {
  const receiver = await openReceiver();
  const { status, body } = await system.call<{ id: string; secret: string }>(
    'POST',
    '/v1/webhook-endpoints',
    {
      url: receiver.url,
      events: ['*'],
    },
  );
  if (status !== 201) throw new LocalError(`No endpoint: ${status} ${JSON.stringify(body)}`);
  receiver.trust(body.secret);
  return {
    events: receiver.events,
    async leave() {
      await system.call('DELETE', `/v1/webhook-endpoints/${body.id}`);
      receiver.close();
    },
  };
}

export interface AccountDeps {
  readonly system: BusinessSystem;
  readonly site: PlatformSite;
  readonly witness: Witness;
  readonly label: string;
  readonly findings: Findings;
}

/**
 * Brings contracts to their ends and calls to account: each ended as it should, its events have no gap, each event
 * came as a signed webhook, and the platform has one contract for each.
 */
export async function callToAccount(deps: AccountDeps, members: readonly Member[]): Promise<void> {
  const { site, findings, label } = deps;
  const ends = await bringToEnd(deps, members);
  const astray = ends.filter(({ stand, status }) => status !== endOf(stand));
  const where = astray
    .slice(0, 3)
    .map(({ id, stand, status }) => `; ${id} (${stand}) is ${status}`)
    .join('');
  findings.check(
    'contracts that reach their end',
    astray.length === 0,
    `${ends.length - astray.length} of ${ends.length}${where}`,
  );
  await checkEvents(deps, members);
  const there = (await site.contracts(label)).length;
  findings.check(
    'contracts on the platform, one for each',
    there === members.length,
    `${there} for ${members.length}`,
  );
}

async function checkEvents(
  { system, witness, findings }: AccountDeps,
  members: readonly Member[],
): Promise<void> {
  const all = await each(members, 8, async ({ id }) => ({ id, events: await system.events(id) }));
  const gapped = all.filter(({ events }) => !events.every((event, index) => event.sequence === index + 1));
  const total = all.reduce((sum, { events }) => sum + events.length, 0);
  findings.check(
    'events without a gap',
    gapped.length === 0,
    `${total} events of ${all.length} contracts, ${gapped.length} with gaps`,
  );
  const wanted = all.flatMap(({ events }) => events.map(({ id }) => id));
  const missing = (): string[] => {
    const got = new Set(witness.events.map(({ id }) => id));
    return wanted.filter((id) => !got.has(id));
  };
  await until('every webhook', async () => missing().length === 0, 120_000, 500).catch(() => undefined);
  findings.check(
    'events that came as signed webhooks',
    missing().length === 0,
    `${wanted.length - missing().length} of ${wanted.length}`,
  );
}
