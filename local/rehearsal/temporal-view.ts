import { Client, Connection } from '@temporalio/client';
import { each } from './patience.js';
import { NAMESPACE } from './temporal-server.js';

export interface TaskFailures {
  readonly histories: number;
  readonly events: number;
  /** Failed workflow tasks, each with its cause. */
  readonly failures: readonly string[];
  /** Of them those in which code and history did not fit. */
  readonly nonDeterminism: number;
}

/** Temporal's numbers (temporal.api.enums.v1.WorkflowTaskFailedCause). */
const UNHANDLED_COMMAND = 1;
const NON_DETERMINISTIC = 24;

/**
 * Reads the histories of contracts and counts workflow tasks that failed. One that was overtaken by a new event
 * (`unhandled command`) is everyday life and not counted.
 */
export function readTaskFailures(address: string, ids: readonly string[]): Promise<TaskFailures> {
  return withClient(address, async (client) => {
    const histories = await each(ids, 8, async (id) => {
      const { events } = await client.workflow.getHandle(id).fetchHistory();
      return { id, events: events ?? [] };
    });
    const failures = histories.flatMap(({ id, events }) =>
      events.flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
        failed == null || Number(failed.cause) === UNHANDLED_COMMAND
          ? []
          : [
              {
                cause: Number(failed.cause),
                text: `${id}: cause ${failed.cause}, ${failed.failure?.message ?? ''}`,
              },
            ],
      ),
    );
    const isForeign = ({ cause, text }: { cause: number; text: string }) =>
      cause === NON_DETERMINISTIC || /nondetermin|TMPRL1100/i.test(text);
    return {
      histories: histories.length,
      events: histories.reduce((sum, { events }) => sum + events.length, 0),
      failures: failures.map(({ text }) => text),
      nonDeterminism: failures.filter(isForeign).length,
    };
  });
}

/** The worker's schedule of sweeps: while it pauses nothing is chained, started or swept. */
export function pauseUpkeep(address: string, isPaused: boolean): Promise<void> {
  return withClient(address, async ({ schedule }) => {
    const handle = schedule.getHandle('upkeep-paraphe');
    await (isPaused ? handle.pause('rehearsal') : handle.unpause());
  });
}

async function withClient<T>(address: string, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await work(new Client({ connection, namespace: NAMESPACE }));
  } finally {
    await connection.close();
  }
}
