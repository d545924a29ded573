import type { Begun } from '../activities/begin-contracts.js';
import { PAUSE_WHILE_SIGNING_MS } from '../domain/pace.js';
import type { Logger } from '../runtime/logger.js';

export interface BeginLoop {
  /** Waits for what is under way. */
  stop(): Promise<void>;
}

const IDLE_MS = 1_000;
/** While contracts wait, a place that got free is filled within this time. */
const BUSY_MS = 200;
/** Temporal or the database is away. */
const TROUBLE_MS = 3_000;

/** Begins contracts for as long as the worker runs, a few at a time (activities/begin-contracts.ts). */
export function startBeginLoop(beginContracts: () => Promise<Begun>, logger: Logger): BeginLoop {
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;
  let running: Promise<void> = Promise.resolve();

  const turn = async (): Promise<void> => {
    let pause = TROUBLE_MS;
    try {
      const { started, isFull, isYielding } = await beginContracts();
      pause = started > 0 || isFull ? BUSY_MS : IDLE_MS;
      if (isYielding) pause = PAUSE_WHILE_SIGNING_MS;
    } catch (error) {
      logger.warn({ operation: 'begin contracts', error }, 'not begun; tried again');
    }
    if (!isStopped) timer = setTimeout(next, pause);
  };
  const next = (): void => void (running = turn());
  next();
  return {
    async stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}
