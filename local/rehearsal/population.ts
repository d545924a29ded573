import type { BusinessSystem } from './business-system.js';
import { FAULT_REQUESTS } from '../twin/wire/fault-requests.js';
import { each, until } from './patience.js';
import type { PlatformSite } from './platform-site.js';

/** Where a contract stands while versions are rolled or a backup is taken. */
const STANDS = [
  'accepted',
  'draft',
  'open',
  'partly signed',
  'signed, documents late',
  'to be cancelled',
  'deadline near',
  'completed',
] as const;
export type Stand = (typeof STANDS)[number];

export interface Member {
  readonly id: string;
  readonly stand: Stand;
  /** Its status when the population was complete. */
  readonly status: string;
}

export interface PopulationDeps {
  readonly system: BusinessSystem;
  readonly site: PlatformSite;
  /** Part of every label: the twin's contracts are found by it. */
  readonly label: string;
  readonly count: number;
  /** When those whose deadline is near end. */
  readonly deadline: Date;
  /** In which order they come. */
  readonly seed: number;
}

const PATIENCE_MS = 180_000;
const SIGNATORIES = 2;

/** Contracts in every state, held there: creations refused, documents late, signatures missing. */
export async function populate(deps: PopulationDeps): Promise<Member[]> {
  const { system, site, count } = deps;
  const stands = shuffled(
    Array.from({ length: count }, (_, index) => STANDS[index % STANDS.length] ?? 'open'),
    deps.seed,
  );
  const others: Stand[] = stands.filter((stand) => stand !== 'accepted');
  const triggered = async (stand: Stand) => ({ stand, id: await triggerFor(deps, stand) });
  const made = await each(others, 6, triggered);
  await each(made, 6, (one) => bring(deps, one));
  // No quota, without a trace there: what is refused so is asked again every few seconds.
  await site.fault({ kind: 'quota', request: FAULT_REQUESTS.create, ms: 5_000 });
  const waiting = stands.filter((stand) => stand === 'accepted');
  made.push(...(await each(waiting, 6, triggered)));
  return each(made, 6, async (one) => ({ ...one, status: (await system.contract(one.id)).status }));
}

/** The same order for the same seed (Fisher and Yates, a linear congruential generator). */
function shuffled<T>(list: T[], seed: number): T[] {
  let state = seed >>> 0;
  for (let last = list.length - 1; last > 0; last -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (last + 1));
    [list[last], list[other]] = [list[other] as T, list[last] as T];
  }
  return list;
}

function triggerFor({ system, label, deadline }: PopulationDeps, stand: Stand): Promise<string> {
  return system.trigger({
    label: `${label} ${stand}`,
    signatories: SIGNATORIES,
    ...(stand === 'draft' ? { action: 'save' as const } : {}),
    ...(stand === 'deadline near' ? { deadline } : {}),
  });
}

/** Leads a contract on the platform to where it is to stand. */
async function bring(
  { system, site }: PopulationDeps,
  { id, stand }: { id: string; stand: Stand },
): Promise<void> {
  const status = stand === 'draft' ? 'draft' : 'open';
  const platformId = await until(
    `${id} to be ${status}`,
    async () => {
      const contract = await system.contract(id);
      // On a slow machine its deadline may have come first.
      return contract.status === 'expired' ? '' : contract.status === status && contract.platformId;
    },
    PATIENCE_MS,
    400,
  );
  if (platformId === '') return;
  if (stand === 'signed, documents late')
    await site.fault({ kind: 'seal_late', request: FAULT_REQUESTS.detail, contractId: platformId });
  const { signatories } = await site.contract(platformId);
  const signing =
    stand === 'partly signed' ? 1 : ['completed', 'signed, documents late'].includes(stand) ? SIGNATORIES : 0;
  for (const { id: signatory } of signatories.slice(0, signing)) await site.sign(platformId, signatory);
  const goal = { completed: 'completed', 'signed, documents late': 'signed' }[stand as string];
  if (goal !== undefined)
    await until(
      `${id} to be ${goal}`,
      async () => (await system.contract(id)).status === goal,
      PATIENCE_MS,
      400,
    );
}

/** What a contract of this stand ends as. */
export function endOf(stand: Stand): string {
  return stand === 'to be cancelled' ? 'cancelled' : stand === 'deadline near' ? 'expired' : 'completed';
}

/** Removes what holds them, lets people sign and clients cancel, and waits until all have ended. */
export async function bringToEnd(
  { system, site }: Pick<PopulationDeps, 'system' | 'site'>,
  members: readonly Member[],
): Promise<{ id: string; stand: Stand; status: string }[]> {
  await site.clearFaults();
  return each(members, 8, async ({ id, stand }) => {
    if (stand === 'to be cancelled') await cancel(system, id);
    else if (stand !== 'deadline near' && stand !== 'completed') await finish({ system, site }, id, stand);
    const goal = endOf(stand);
    const isThere = async () => (await system.contract(id)).status === goal;
    const ended = await until(`${id} to end`, isThere, PATIENCE_MS * 2, 500).catch(() => false);
    return { id, stand, status: ended ? goal : (await system.contract(id)).status };
  });
}

/** Asked again when no answer comes, as a client does. */
async function cancel(system: BusinessSystem, id: string): Promise<void> {
  const ask = () => system.call('POST', `/v1/contracts/${id}/cancel`, { reason: 'poste pourvu' });
  await until(`an answer to the cancel of ${id}`, () => ask().catch(() => null), PATIENCE_MS, 500);
}

/** Whoever has not signed signs on the platform's site. */
async function finish(
  { system, site }: Pick<PopulationDeps, 'system' | 'site'>,
  id: string,
  stand: Stand,
): Promise<void> {
  const isCreated = async () => (await system.contract(id)).platformId;
  const platformId = await until(`${id} to be created`, isCreated, PATIENCE_MS * 2, 500);
  const contract = await site.contract(platformId);
  if (stand === 'draft' && contract.status === 'draft') {
    for (const signatory of contract.signatories) await site.completeMobile(platformId, signatory.id);
    await site.publish(platformId);
  }
  for (const signatory of (await site.contract(platformId)).signatories)
    if (signatory.status !== 'signed') await site.sign(platformId, signatory.id);
}
