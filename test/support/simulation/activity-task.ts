import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { optionalTsToMs, tsToMs } from '@temporalio/common/lib/time';
import { HEARTBEATS } from '../../../worker/heartbeats.js';
import type { Dice } from './dice.js';
import { fromPayloads, type ActivityEnd } from './payloads.js';
import type { Timeline } from './timeline.js';
import type { Command } from './workflow-host.js';

type Schedule = NonNullable<Command['scheduleActivity']>;
type RetryPolicy = NonNullable<Schedule['retryPolicy']>;

/** A worker that lives beats so often for what has a heartbeat timeout. */
const BEAT_MS = HEARTBEATS.maxHeartbeatThrottleInterval;

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
  /** The worker was killed: an attempt under way is lost, which is noticed when it beats no more, or its time is up. */
  lose: () => void;
}

/** What the server knows of the attempt under way. */
interface Attempt {
  startedAt: number;
  lost: boolean;
  /** It is not waited for any more. */
  end: () => void;
}

/** Plays the server's part: attempts, pauses between them, time limits (docs of Temporal, *Activity retries*). */
export function startActivity(
  { timeline, dice, activities, workerIn, trace }: ActivityDeps,
  schedule: Schedule,
  ended: (end: ActivityEnd) => void,
): ActivityTask {
  const type = schedule.activityType!;
  const args = fromPayloads(schedule.arguments) as never[];
  const heartbeatMs = optionalTsToMs(schedule.heartbeatTimeout) ?? 0;
  let attempts = 0;
  let current: Attempt | null = null;
  let cancelled = false;
  let over = false;
  let takeOff: () => void = () => undefined;

  const finish = (end: ActivityEnd): void => {
    over = true;
    trace(
      `${type} ended ${JSON.stringify('error' in Object(end) ? String((end as { error: unknown }).error) : end)}`,
    );
    ended(end);
  };
  /** The first word about an attempt counts; one that was given up and goes on all the same is not heard. */
  const conclude = (attempt: Attempt, end: { result: unknown } | { error: unknown }): void => {
    if (current !== attempt) return trace(`${type} is not heard any more`);
    current = null;
    attempt.end();
    if ('result' in end || cancelled || isFinal(end.error)) return finish(end);
    trace(`${type} failed: ${String(end.error)}`);
    attemptIn(pauseAfter(end.error, attempts, schedule.retryPolicy ?? {}));
  };
  const timeOutIn = (ms: number, attempt: Attempt, message: string): void => {
    const error = ApplicationFailure.create({ type: 'TIMEOUT', message });
    const takeOffOther = attempt.end;
    const off = timeline.at(ms, () => conclude(attempt, { error }));
    attempt.end = () => {
      takeOffOther();
      off();
    };
  };
  const run = async (): Promise<void> => {
    if (workerIn() > 0) return attemptIn(workerIn());
    const attempt: Attempt = { startedAt: timeline.now(), lost: false, end: () => undefined };
    timeOutIn(tsToMs(schedule.startToCloseTimeout), attempt, 'start to close');
    current = attempt;
    attempts += 1;
    const context = { info: { attempt: attempts } } as Context;
    const end = await asyncLocalStorage
      .run(context, () => activities[type]!(...args))
      .then(
        (result) => ({ result }),
        (error: unknown) => ({ error }),
      );
    await timeline.sleep(dice.between(0, 20));
    conclude(attempt, end);
  };
  const attemptIn = (ms: number): void => {
    takeOff = timeline.inWorker(ms, run);
  };
  attemptIn(dice.between(1, 30));
  return {
    cancel() {
      cancelled = true;
      if (current !== null || over) return;
      takeOff();
      finish('cancelled');
    },
    lose() {
      if (current === null || current.lost) return;
      current.lost = true;
      if (heartbeatMs === 0) return;
      const age = timeline.now() - current.startedAt;
      timeOutIn(heartbeatMs - (age % BEAT_MS), current, 'heartbeat');
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
