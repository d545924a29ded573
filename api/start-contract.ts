import { AsyncResource } from 'node:async_hooks';
import { WorkflowExecutionAlreadyStartedError, type WorkflowClient } from '@temporalio/client';
import type { ContractState } from '../domain/contract/state.js';
import { WORKFLOWS } from '../domain/messages.js';
import { contractStart } from '../domain/start-options.js';
import type { Clock } from '../runtime/clock.js';
import type { Logger } from '../runtime/logger.js';
import type { Database } from '../store/database.js';
import { createStartedMarker } from './started-marker.js';

/** Starts the workflows of accepted contracts, soon and beside the requests. */
export interface ContractStarter {
  /** Returns at once. What can't be started now is left to the worker's sweep. */
  enqueue(state: ContractState): void;
  /** @throws when Temporal is away */
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
}

const AT_ONCE = 8;
const WAITING = 500;
/** After a failure Temporal is left alone for a while: the sweep starts what comes in between. */
const PAUSE_MS = 2_000;

export function createContractStarter(deps: StarterDeps): ContractStarter {
  const { client, clock, logger, settings } = deps;
  const marker = createStartedMarker(deps);
  const waiting: { id: string; start: () => Promise<void> }[] = [];
  const running = new Set<Promise<void>>();
  let pausedUntil = 0;

  const startNow = async (state: ContractState): Promise<void> => {
    try {
      await client.start(WORKFLOWS.contract, contractStart(state, settings));
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    marker.started(state.id);
  };
  const fail = (error: unknown): void => {
    pausedUntil = clock.now().getTime() + PAUSE_MS;
    waiting.length = 0;
    logger.warn({ error, operation: 'start_contract' });
  };
  const next = (): void => {
    const one = running.size < AT_ONCE ? waiting.shift() : undefined;
    if (one === undefined) return;
    const run: Promise<void> = one
      .start()
      .catch(fail)
      .finally(() => {
        running.delete(run);
        next();
      });
    running.add(run);
  };

  return {
    enqueue(state) {
      if (waiting.length >= WAITING || clock.now().getTime() < pausedUntil) return;
      // Its own request's trace goes on in the workflow, whichever request's end lets it start.
      waiting.push({ id: state.id, start: AsyncResource.bind(() => startNow(state)) });
      next();
    },
    startNow,
    async stop() {
      while (running.size > 0) await Promise.all(running);
      await marker.stop();
    },
  };
}
