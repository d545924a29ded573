import { AsyncResource } from 'node:async_hooks';
import { WorkflowExecutionAlreadyStartedError, type WorkflowClient } from '@temporalio/client';
import type { ContractState } from '../domain/contract/state.js';
import { WORKFLOWS } from '../domain/messages.js';
import { contractStart } from '../domain/start-options.js';
import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';
import type { Database } from '../store/database.js';
import { createStartQueue } from './start-queue.js';
import { createStartedMarker } from './started-marker.js';

/** Starts the workflows of accepted contracts, soon and beside the requests. */
export interface ContractStarter {
  /** A trigger is being accepted until the given function is called; while many are, starts are put off. */
  accepting(): () => void;
  /** Returns at once. What can't be started now is left to the worker's sweep. */
  enqueue(state: ContractState): void;
  /** @throws when Temporal is away */
  startNow(state: ContractState): Promise<void>;
  /** Waits for what is under way; what was put off is left to the worker's sweep. */
  stop(): Promise<void>;
}

export interface StarterDeps {
  client: Pick<WorkflowClient, 'start'>;
  db: Database;
  clock: Clock;
  logger: Logger;
  settings: { taskQueue: string; warningHours: number[] };
}

/** After a failure Temporal is left alone for a while: the sweep starts what comes in between. */
const PAUSE_MS = 2_000;

export function createContractStarter(deps: StarterDeps): ContractStarter {
  const { client, clock, logger, settings } = deps;
  const marker = createStartedMarker(deps);
  let pausedUntil = 0;
  const queue = createStartQueue((error) => {
    pausedUntil = clock.now().getTime() + PAUSE_MS;
    queue.clear();
    logger.warn({ error, operation: 'start_contract' });
  });

  const startNow = async (state: ContractState): Promise<void> => {
    try {
      await client.start(WORKFLOWS.contract, contractStart(state, settings));
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    marker.started(state.id);
  };

  return {
    accepting: () => queue.accepting(),
    enqueue(state) {
      if (clock.now().getTime() < pausedUntil) return;
      // Its own request's trace goes on in the workflow, whichever request's end lets it start.
      queue.add(AsyncResource.bind(() => startNow(state)));
    },
    startNow,
    async stop() {
      await queue.stop();
      await marker.stop();
    },
  };
}
