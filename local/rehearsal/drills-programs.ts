import type { Drill, DrillDeps } from './drill.js';
import type { Kind } from './fleet.js';
import { query } from '../postgres/query.js';
import { thisVersion } from './version.js';

/** Programs that stand still or are killed, workers last. */
export function programDrills(deps: DrillDeps): Drill[] {
  return [
    frozenApi(deps),
    oneAlone(deps, 'api', ['ApisMissing']),
    bothKilled(deps, 'api', ['ApiGone']),
    noTemporal(deps),
    oneAlone(deps, 'worker', ['WorkersMissing']),
    bothKilled(deps, 'worker', ['PollersGone', 'NumbersStale', 'WorkersMissing']),
  ];
}

function frozenApi({ topology }: DrillDeps): Drill {
  const signal = (name: NodeJS.Signals): Promise<void> => {
    const api = topology.fleet.running('api')[0]?.name ?? '';
    process.kill(topology.supervisor.pids()[api] ?? process.pid, name);
    return Promise.resolve();
  };
  return {
    what: 'an api that stands still',
    alerts: ['ServiceDown'],
    inject: () => signal('SIGSTOP'),
    heal: () => signal('SIGCONT'),
  };
}

function noTemporal({ topology: { supervisor, site }, accepted }: DrillDeps): Drill {
  return {
    what: "Temporal's server killed, and a contract that was accepted without it an hour ago",
    alerts: ['TemporalDown', 'ContractsUnstarted'],
    async inject() {
      await supervisor.end(site.temporal.programs[0] ?? '', 0);
      await query(
        site.databaseUrl,
        `update paraphe.contract set created_at = created_at - interval '1 hour',
           workflow_started_at = case when id <> $1 then workflow_started_at - interval '1 hour' end`,
        [accepted],
      );
    },
    // Its workflow is there already, which the worker finds when it starts it.
    heal: () => site.temporal.startAgain(),
  };
}

function oneAlone({ topology: { fleet, site } }: DrillDeps, kind: Kind, alerts: string[]): Drill {
  return {
    what: `one ${kind} alone`,
    alerts,
    inject: async () => void (await fleet.end(fleet.running(kind)[0]?.name ?? '', 0)),
    heal: () => fleet.start(kind, thisVersion(), site),
  };
}

function bothKilled({ topology: { fleet, site } }: DrillDeps, kind: Kind, alerts: string[]): Drill {
  return {
    what: `both ${kind}s killed`,
    alerts,
    async inject() {
      for (const { name } of fleet.running(kind)) await fleet.end(name, 0);
    },
    async heal() {
      for (let count = 0; count < 2; count += 1) await fleet.start(kind, thisVersion(), site);
    },
  };
}
