import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { tsToMs } from '@temporalio/common/lib/time';
import type { Dice } from './dice.js';
import { fromPayloads, type ActivityEnd } from './payloads.js';
import type { Timeline } from './timeline.js';
import type { Command } from './workflow-host.js';

type Schedule = NonNullable<Command['scheduleActivity']>;
type RetryPolicy = NonNullable<Schedule['retryPolicy']>;

export type Activities = Record<string, (...args: never[]) => Promise<unknown>>;

export interface ActivityDeps {
  timeline: Timeline;
  dice: Dice;
  activities: Activities;
  /** Milliseconds until the worker is there again; 0 while it is. */
  workerIn: () => number;
  trace: (what: string) => void;
}

/** One activity that a workflow waits for, over all its attempts. */
export interface ActivityTask {
  /** The workflow wants it no more: an attempt under way goes on, another is not made. */
  cancel: () => void;
  /** The worker was killed: an attempt under way is lost, and that is noticed when its time is up. */
  lose: () => void;
  isRunning: () => boolean;
}

/** Plays the server's part: attempts, pauses between them, time limits (docs of Temporal, *Activity retries*). */
export function startActivity(
  { timeline, dice, activities, workerIn, trace }: ActivityDeps,
  schedule: Schedule,
  ended: (end: ActivityEnd) => void,
): ActivityTask {
  const type = schedule.activityType!;
  const args = fromPayloads(schedule.arguments) as never[];
  let attempt = 0;
  let startedAt: number | null = null;
  let cancelled = false;
  let takeOff: () => void = () => undefined;
  let over = false;
  let lost = false;

  const finish = (end: ActivityEnd): void => {
    over = true;
    startedAt = null;
    trace(
      `${type} ended ${JSON.stringify('error' in Object(end) ? String((end as { error: unknown }).error) : end)}`,
    );
    ended(end);
  };
  const failed = (error: unknown): void => {
    startedAt = null;
    if (cancelled || isFinal(error)) return finish({ error });
    trace(`${type} failed: ${String(error)}`);
    attemptIn(pauseAfter(error, attempt, schedule.retryPolicy ?? {}));
  };
  const run = async (): Promise<void> => {
    if (workerIn() > 0) return attemptIn(workerIn());
    startedAt = timeline.now();
    lost = false;
    attempt += 1;
    try {
      const context = { info: { attempt } } as Context;
      const result = await asyncLocalStorage.run(context, () => activities[type]!(...args));
      await timeline.sleep(dice.between(0, 20));
      finish({ result });
    } catch (error) {
      await timeline.sleep(dice.between(0, 20));
      failed(error);
    }
  };
  const attemptIn = (ms: number): void => {
    takeOff = timeline.inWorker(ms, run);
  };
  attemptIn(dice.between(1, 30));
  return {
    isRunning: () => startedAt !== null,
    cancel() {
      cancelled = true;
      if (startedAt !== null || over) return;
      takeOff();
      finish('cancelled');
    },
    lose() {
      if (startedAt === null || lost) return;
      lost = true;
      const limit = startedAt + tsToMs(schedule.startToCloseTimeout);
      const error = ApplicationFailure.create({ type: 'TIMEOUT', message: 'start to close' });
      timeline.at(limit - timeline.now(), () => failed(error));
    },
  };
}

function isFinal(error: unknown): boolean {
  return error instanceof ApplicationFailure && error.nonRetryable === true;
}

function pauseAfter(error: unknown, attempt: number, policy: RetryPolicy): number {
  const asked = error instanceof ApplicationFailure ? error.nextRetryDelay : null;
  if (asked != null) return Number(asked);
  const initial = tsToMs(policy.initialInterval);
  const longest = policy.maximumInterval == null ? initial * 100 : tsToMs(policy.maximumInterval);
  return Math.min(longest, initial * (policy.backoffCoefficient || 2) ** (attempt - 1));
}
