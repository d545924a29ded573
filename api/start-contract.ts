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

const AT_ONCE = 8;
const WAITING = 500;
/** After a failure Temporal is left alone for a while: the sweep starts what comes in between. */
const PAUSE_MS = 2_000;
/** More triggers than this at once are a rush. A start costs more than to accept, so they are not done side by side. */
const FEW = 4;
/** In a rush one is started now and then, so that a long one holds up nothing for ever. */
const RUSH_EVERY_MS = 250;

export function createContractStarter(deps: StarterDeps): ContractStarter {
  const { client, clock, logger, settings } = deps;
  const marker = createStartedMarker(deps);
  const waiting: (() => Promise<void>)[] = [];
  const running = new Set<Promise<void>>();
  let underWay = 0;
  let pausedUntil = 0;
  let lastStart = -Infinity;
  let later: NodeJS.Timeout | null = null;

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
    while (waiting.length > 0 && running.size < AT_ONCE) {
      if (underWay > FEW && performance.now() - lastStart < RUSH_EVERY_MS) return lookLater();
      lastStart = performance.now();
      const run: Promise<void> = waiting.shift()!()
        .catch(fail)
        .finally(() => {
          running.delete(run);
          next();
        });
      running.add(run);
    }
  };
  const lookLater = (): void => {
    later ??= setTimeout(() => {
      later = null;
      next();
    }, RUSH_EVERY_MS);
  };

  return {
    accepting() {
      underWay += 1;
      return () => {
        underWay -= 1;
        if (underWay <= FEW) next();
      };
    },
    enqueue(state) {
      if (waiting.length >= WAITING || clock.now().getTime() < pausedUntil) return;
      // Its own request's trace goes on in the workflow, whichever request's end lets it start.
      waiting.push(AsyncResource.bind(() => startNow(state)));
      next();
    },
    startNow,
    async stop() {
      waiting.length = 0;
      if (later !== null) clearTimeout(later);
      while (running.size > 0) await Promise.all(running);
      await marker.stop();
    },
  };
}
