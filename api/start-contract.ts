import type { WorkflowClient } from '@temporalio/client';
import type { ContractState } from '../domain/contract/state.js';
import { WORKFLOWS } from '../domain/messages.js';
import { PAUSE_WHILE_SIGNING_MS } from '../domain/pace.js';
import { contractStart } from '../domain/start-options.js';
import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';
import { unlessStarted } from '../runtime/unless-started.js';
import type { Database } from '../store/database.js';
import type { RightOfWay } from './right-of-way.js';
import { createStartPlaces } from './start-places.js';

/** Starts the workflows of accepted contracts, beside the requests. */
export interface ContractStarter {
  /**
   * Returns at once. Where few contracts are being begun its workflow is started, else the worker starts it when its
   * turn comes (docs/decisions/0086), as it does with what can't be started now.
   */
  startSoon(state: ContractState): void;
  /** Whatever others wait: somebody asks this contract for something. @throws when Temporal is away */
  startNow(state: ContractState): Promise<void>;
  /** Waits for what is under way. */
  stop(): Promise<void>;
}

export interface StarterDeps {
  client: Pick<WorkflowClient, 'start'>;
  db: Database;
  clock: Clock;
  logger: Logger;
  settings: { taskQueue: string; warningHours: number[] };
  rightOfWay: Pick<RightOfWay, 'isTaken'>;
}

/** After a failure Temporal is left alone for a while: the worker starts what comes in between. */
const PAUSE_MS = 2_000;

export function createContractStarter(deps: StarterDeps): ContractStarter {
  const { client, clock, logger, settings, rightOfWay } = deps;
  const places = createStartPlaces(deps);
  const running = new Set<Promise<void>>();
  let pausedUntil = 0;
  let lastAt = 0;

  const startNow = async (state: ContractState): Promise<void> => {
    places.take(state.id);
    try {
      await unlessStarted(client.start(WORKFLOWS.contract, contractStart(state, settings)));
    } catch (error) {
      places.giveBack(state.id);
      throw error;
    }
    places.started(state.id);
  };

  return {
    startSoon(state) {
      const now = clock.now().getTime();
      if (now < pausedUntil || !places.areFree()) return;
      if (now - lastAt < PAUSE_WHILE_SIGNING_MS && rightOfWay.isTaken()) return;
      lastAt = now;
      const run: Promise<void> = startNow(state)
        .catch((error: unknown) => {
          pausedUntil = clock.now().getTime() + PAUSE_MS;
          logger.warn({ error, operation: 'start_contract' });
        })
        .finally(() => running.delete(run));
      running.add(run);
    },
    startNow,
    async stop() {
      await Promise.all(running);
      await places.stop();
    },
  };
}
