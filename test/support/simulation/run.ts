import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { tsToMs } from '@temporalio/common/lib/time';
import { startActivity, type ActivityDeps, type ActivityTask } from './activity-task.js';
import { activityJob, fromFailure, fromPayload, payloadsOf } from './payloads.js';
import type { Activated, Command, Job } from './workflow-host.js';

/** An update that somebody waits for. */
interface Update {
  job: Job;
  accepted: boolean;
  answered: boolean;
  promise: Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** What the server keeps of one run: what it waits for, and what it has not been told yet. */
export interface Run {
  /** Told with the next workflow task. */
  pending: Job[];
  log: Activated[];
  push: (job: Job) => void;
  /** Keeps what a workflow task answered, and does what it asks for. @returns how it ends the run, if it does */
  commit: (staged: Activated[]) => Command | null;
  /** The same id gets the same outcome. */
  update: (name: string, argument: unknown, id: string) => Promise<unknown>;
  /** Whether there was an update of this id that was taken. */
  knows: (id: string) => boolean;
  workerKilled: () => void;
  isQuiet: () => boolean;
  /** Nothing of it goes on: what was asked and not taken fails, or goes to the next run. */
  end: (next: Run | null) => void;
  takeOver: (id: string, update: Update) => void;
}

/** @param wake there is something to tell */
export function createRun(deps: ActivityDeps, workflowId: string, first: Job, wake: () => void): Run {
  const timers = new Map<number, () => void>();
  const activities = new Map<number, ActivityTask>();
  const updates = new Map<string, Update>();
  const run: Run = {
    pending: [first],
    log: [],
    push(job) {
      run.pending.push(job);
      wake();
    },
    commit(staged) {
      for (const { commands } of staged) for (const command of commands) obey(command);
      run.log.push(...staged.flatMap((one) => asHistory(one, updates)));
      for (const [id, update] of updates) if (update.answered && !update.accepted) updates.delete(id);
      return staged.flatMap(({ commands }) => commands).find(isEnd) ?? null;
    },
    update(name, argument, id) {
      const known = updates.get(id);
      if (known !== undefined) return known.promise;
      const update = newUpdate(name, argument, id);
      updates.set(id, update);
      run.push(update.job);
      return update.promise;
    },
    knows: (id) => updates.has(id),
    workerKilled() {
      for (const task of activities.values()) task.lose();
    },
    isQuiet: () =>
      run.pending.length === 0 && activities.size === 0 && [...updates.values()].every((one) => one.answered),
    end(next) {
      for (const takeOff of timers.values()) takeOff();
      for (const [id, update] of updates) {
        if (update.answered) continue;
        if (next !== null) next.takeOver(id, update);
        else update.reject(new WorkflowNotFoundError('it is over', workflowId, undefined));
      }
    },
    takeOver(id, update) {
      updates.set(id, update);
      run.push(update.job);
    },
  };
  const obey = (command: Command): void => {
    const { startTimer, cancelTimer, scheduleActivity, requestCancelActivity, updateResponse } = command;
    if (startTimer != null) {
      const seq = startTimer.seq!;
      const fire = (): void => run.push({ fireTimer: { seq } });
      timers.set(seq, deps.timeline.at(tsToMs(startTimer.startToFireTimeout), fire));
    }
    if (cancelTimer != null) {
      timers.get(cancelTimer.seq!)?.();
      // One that fired meanwhile is not told any more.
      run.pending = run.pending.filter((job) => job.fireTimer?.seq !== cancelTimer.seq);
    }
    if (scheduleActivity != null) begin(scheduleActivity);
    if (requestCancelActivity != null) activities.get(requestCancelActivity.seq!)?.cancel();
    if (updateResponse != null) answer(updates.get(updateResponse.protocolInstanceId!)!, updateResponse);
  };
  const begin = (schedule: NonNullable<Command['scheduleActivity']>): void => {
    const seq = schedule.seq!;
    const task = startActivity(deps, schedule, (end) => {
      activities.delete(seq);
      run.push(activityJob(seq, schedule.activityType!, end, false));
    });
    activities.set(seq, task);
  };
  return run;
}

function isEnd(command: Command): boolean {
  return (
    command.completeWorkflowExecution != null ||
    command.continueAsNewWorkflowExecution != null ||
    command.failWorkflowExecution != null
  );
}

function newUpdate(name: string, argument: unknown, id: string): Update {
  const meta = { updateId: id, identity: 'simulation' };
  const job = {
    doUpdate: {
      id,
      protocolInstanceId: id,
      name,
      input: payloadsOf(argument),
      headers: {},
      meta,
      runValidator: true,
    },
  };
  let resolve!: Update['resolve'];
  let reject!: Update['reject'];
  const promise = new Promise<unknown>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  promise.catch(() => undefined);
  return { job, accepted: false, answered: false, promise, resolve, reject };
}

function answer(
  update: Update,
  { accepted, rejected, completed }: NonNullable<Command['updateResponse']>,
): void {
  if (accepted != null) {
    update.accepted = true;
    return;
  }
  update.answered = true;
  if (rejected != null) update.reject(new WorkflowUpdateFailedError('refused', fromFailure(rejected)));
  else update.resolve(fromPayload(completed));
}

/** No history knows of updates that a validator refused; those that were taken are not validated again. */
function asHistory(told: Activated, updates: ReadonlyMap<string, Update>): Activated[] {
  const refused = new Set<string>();
  const jobs = told.jobs.flatMap((job): Job[] => {
    if (job.doUpdate == null) return [job];
    const id = job.doUpdate.protocolInstanceId!;
    if (updates.get(id)?.accepted === true) return [{ doUpdate: { ...job.doUpdate, runValidator: false } }];
    refused.add(id);
    return [];
  });
  const commands = told.commands.filter(
    ({ updateResponse }) => !refused.has(updateResponse?.protocolInstanceId ?? ''),
  );
  return jobs.length === 0 && commands.length === 0 ? [] : [{ ...told, jobs, commands }];
}
