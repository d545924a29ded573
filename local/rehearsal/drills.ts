import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { FAULT_REQUESTS } from '../twin/wire/fault-requests.js';
import type { Drill, DrillDeps } from './drill.js';
import { programDrills } from './drills-programs.js';
import { storedFaults } from './drills-stored.js';
import { openFlakyReceiver } from './flaky-receiver.js';
import { flood } from './flood.js';
import { each, until } from './patience.js';
import type { PlatformSite } from './platform-site.js';
import { query } from '../postgres/query.js';
import { thisVersion } from './version.js';

const HOUR_MS = 3_600_000;
/** More contracts than drills hold back. */
const HELD = 10;

/** In the order in which they are played: the platform while few requests have succeeded, workers last. */
export function drillsOf(deps: DrillDeps): Drill[] {
  const small = [tamperedDocument, goneEndpoint, falseKeys, lockedTable, deadlines].map((make) => make(deps));
  return [
    platformDown(deps),
    storedFaults(deps),
    together(small),
    overload(deps),
    refusedKeys(deps),
    quotaUsedUp(deps),
    ...programDrills(deps),
  ];
}

/** Faults that do not touch one another, side by side. */
function together(drills: readonly Drill[]): Drill {
  return {
    what: drills.map(({ what }) => what).join('; '),
    alerts: drills.flatMap(({ alerts }) => alerts),
    async inject() {
      for (const drill of drills) await drill.inject();
    },
    async heal() {
      for (const drill of drills) await drill.heal();
    },
  };
}

/** What is accepted from now on waits, until faults are cleared; each is refused once in a quarter of an hour. */
export function holdCreations(site: PlatformSite): Promise<void> {
  return site.fault({ kind: 'quota', request: FAULT_REQUESTS.create, ms: 15 * 60_000 });
}

/** Refusals for want of quota become those of hours ago: they tell of how creations are held, not of a fault. */
export async function ageRefusals({ topology }: Pick<DrillDeps, 'topology'>): Promise<void> {
  await query(
    topology.site.databaseUrl,
    `update paraphe.platform_call set at = at - interval '2 hours', answered_at = answered_at - interval '2 hours'
     where code = 'quota_exceeded'`,
  );
}

const nothing = (): Promise<void> => Promise.resolve();
const soon = (hours: number): Date => new Date(Date.now() + hours * HOUR_MS);

function deadlines({ topology, system, site }: DrillDeps): Drill {
  const made: string[] = [];
  const trigger = async (hours: number, action?: 'save'): Promise<string> => {
    const wish = { label: 'Contrat of a drill', signatories: 1, deadline: soon(hours) };
    const id = await system.trigger(action === undefined ? wish : { ...wish, action });
    made.push(id);
    return id;
  };
  return {
    what: 'deadlines within a day, a draft, wrong codes up to the limit, a creation that has to wait',
    alerts: ['DraftDeadlineSoon', 'SignatoryAtLimit', 'SignatoryNearLimit', 'DeadlineAtRisk'],
    async inject() {
      await trigger(20, 'save');
      for (const failures of [4, 5]) {
        const id = await trigger(20);
        const open = await until(id, async () => openOf(await system.contract(id)), 60_000);
        for (let tries = 0; tries < failures; tries += 1)
          await system.call('POST', `/v1/contracts/${id}/signatories/${open}/signature`, { code: '9999' });
      }
      await holdCreations(site);
      await trigger(48);
    },
    async heal() {
      await site.clearFaults();
      await each(made, 2, (id) => system.call('POST', `/v1/contracts/${id}/cancel`, {}));
      await ageRefusals({ topology });
    },
  };
}

function openOf(contract: { status: string; signatories: readonly { id: string }[] }): string | null {
  return contract.status === 'open' ? (contract.signatories[0]?.id ?? null) : null;
}

function tamperedDocument({ system, site }: DrillDeps): Drill {
  return {
    what: 'a signed document with one byte changed',
    alerts: ['VerificationFailed', 'ContractsAttention'],
    async inject() {
      await site.clearFaults();
      await site.fault({ kind: 'tamper_signed', request: FAULT_REQUESTS.detail, how: 'flip' });
      const id = await system.trigger({ label: 'Contrat of a drill', signatories: 1 });
      const platformId = await until(id, async () => (await system.contract(id)).platformId, 60_000);
      for (const { id: signatory } of (await site.contract(platformId)).signatories)
        await site.sign(platformId, signatory);
      await until('the verdict', async () => (await system.contract(id)).status === 'attention', 120_000);
      await site.clearFaults();
    },
    heal: nothing,
  };
}

function goneEndpoint({ system }: DrillDeps): Drill {
  return {
    what: 'an endpoint that answers 410',
    alerts: ['WebhookEndpointDead'],
    async inject() {
      const receiver = await openFlakyReceiver(410);
      await system.call('POST', '/v1/webhook-endpoints', { url: receiver.url, events: ['*'] });
      await system.trigger({ label: 'Contrat of a drill', signatories: 1 });
      await until('the endpoint to be asked', async () => receiver.seen() > 0, 30_000);
      receiver.close();
    },
    heal: nothing,
  };
}

function falseKeys({ topology }: DrillDeps): Drill {
  return {
    what: '20 requests with a false key',
    alerts: ['RefusedKeys'],
    async inject() {
      const headers = { authorization: `Bearer pph_sandbox_${'a'.repeat(49)}` };
      await each(Array.from({ length: 20 }), 4, async () => {
        await (await fetch(`${topology.api}/v1/contracts`, { headers })).body?.cancel();
      });
    },
    heal: nothing,
  };
}

function lockedTable({ topology, system }: DrillDeps): Drill {
  return {
    what: 'a table that somebody has locked for two seconds, while triggers come',
    alerts: ['AcceptBurnFast', 'AcceptBurnSlow'],
    async inject() {
      const client = new Client({ connectionString: topology.site.databaseUrl });
      await client.connect();
      await client.query('begin; lock table paraphe.contract in access exclusive mode');
      const slow = each(Array.from({ length: 8 }), 8, () =>
        system.trigger({ label: 'Contrat of a drill', signatories: 1 }),
      );
      await client.query('select pg_sleep(2)');
      await client.query('commit');
      await client.end();
      await slow;
    },
    heal: nothing,
  };
}

function overload({ topology }: DrillDeps): Drill {
  return {
    what: 'more requests than are taken',
    alerts: ['LoadShed'],
    inject: async () => void (await flood(topology, { rate: 1_500, seconds: 8, exports: ['/v1/usage'] })),
    // What was taken is published first: it would use up the quota of a later drill.
    async heal() {
      const waiting = `select id from paraphe.contract where status = 'accepted'`;
      const isCalm = async () => (await query(topology.site.databaseUrl, waiting)).length < HELD;
      await until('what was taken to be published', isCalm, 300_000, 1_000);
    },
  };
}

function platformDown({ topology, site }: DrillDeps): Drill {
  const shift = (sign: '+' | '-') =>
    query(
      topology.site.databaseUrl,
      `update paraphe.platform_call set answered_at = answered_at ${sign} interval '1 hour' where answered_at is not null`,
    );
  return {
    what: 'the platform breaks off every connection, and has for an hour',
    alerts: ['PlatformDown', 'PlatformErrors', 'PlatformSilent', 'OpenDeadlineAtRisk'],
    async inject() {
      // A creation that is refused is an answer too.
      await site.clearFaults();
      await site.fault({ kind: 'break_connection', request: '*' });
      // What was under way is answered first: it would be the newest answer.
      await pause(3_000);
      await shift('-');
    },
    async heal() {
      await site.clearFaults();
      await holdCreations(site);
      await shift('+');
    },
  };
}

function refusedKeys({ system, site }: DrillDeps): Drill {
  return {
    what: 'the platform refuses the keys',
    alerts: ['PlatformKeysRefused'],
    async inject() {
      await site.clearFaults();
      await site.fault({ kind: 'wrong_keys', request: '*' });
      await system.trigger({ label: 'Contrat of a drill', signatories: 1 });
    },
    heal: () => site.clearFaults(),
  };
}

function quotaUsedUp({ topology }: DrillDeps): Drill {
  const roll = async (more: Record<string, string>): Promise<void> => {
    for (const { name } of topology.fleet.running('worker')) {
      await topology.fleet.end(name);
      await topology.fleet.start('worker', thisVersion(), topology.site, more);
    }
  };
  return {
    what: 'workers with a quota of which the last day has left 40, then requests that use it up to 4',
    alerts: ['QuotaForecast', 'QuotaLow', 'QuotaCritical'],
    async inject() {
      const { databaseUrl } = topology.site;
      const used = await query(
        databaseUrl,
        `select id from paraphe.platform_call where counted and at > now() - interval '24 hours'`,
      );
      await roll({ PLATFORM_DAILY_QUOTA: String(used.length + 40) });
      for (let second = 0; second < 18; second += 1) {
        await query(
          databaseUrl,
          `insert into paraphe.platform_call (connection_id, operation, priority, at, answered_at, outcome)
           select connection_id, 'detail', 3, now(), now(), 'done' from paraphe.platform_call limit 2`,
        );
        await pause(1_000);
      }
    },
    heal: () => roll({}),
  };
}
