import type { Drill, DrillDeps } from './drill.js';
import { thisVersion } from './version.js';

/** Programs that stand still or are killed, workers last. */
export function programDrills(deps: DrillDeps): Drill[] {
  return [frozenApi(deps), oneApi(deps), noApi(deps), noTemporal(deps), oneWorker(deps), noWorker(deps)];
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

function oneApi({ topology: { fleet, site } }: DrillDeps): Drill {
  return {
    what: 'one api alone',
    alerts: ['ApisMissing'],
    inject: async () => void (await fleet.end(fleet.running('api')[0]?.name ?? '', 0)),
    heal: () => fleet.start('api', thisVersion(), site),
  };
}

function noApi({ topology: { fleet, site } }: DrillDeps): Drill {
  return {
    what: 'both apis killed',
    alerts: ['ApiGone'],
    async inject() {
      for (const { name } of fleet.running('api')) await fleet.end(name, 0);
    },
    async heal() {
      for (let count = 0; count < 2; count += 1) await fleet.start('api', thisVersion(), site);
    },
  };
}

function noTemporal({ topology: { supervisor, site } }: DrillDeps): Drill {
  return {
    what: "Temporal's server killed",
    alerts: ['TemporalDown'],
    inject: async () => void (await supervisor.end(site.temporal.programs[0] ?? '', 0)),
    heal: () => site.temporal.startAgain(),
  };
}

function oneWorker({ topology: { fleet, site } }: DrillDeps): Drill {
  return {
    what: 'one worker alone',
    alerts: ['WorkersMissing'],
    inject: async () => void (await fleet.end(fleet.running('worker')[0]?.name ?? '', 0)),
    heal: () => fleet.start('worker', thisVersion(), site),
  };
}

function noWorker({ topology: { fleet, site } }: DrillDeps): Drill {
  return {
    what: 'both workers killed',
    alerts: ['PollersGone', 'NumbersStale', 'WorkersMissing'],
    async inject() {
      for (const { name } of fleet.running('worker')) await fleet.end(name, 0);
    },
    async heal() {
      for (let count = 0; count < 2; count += 1) await fleet.start('worker', thisVersion(), site);
    },
  };
}
