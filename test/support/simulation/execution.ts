import { WorkflowNotFoundError } from '@temporalio/client';
import type { ActivityDeps } from './activity-task.js';
import { activityJob, fromPayloads, payloadsOf } from './payloads.js';
import { createRun, type Run } from './run.js';
import type { Activated, Command, Job, OpenHost, RunIds, WorkflowHost } from './workflow-host.js';

export interface ExecutionDeps extends ActivityDeps {
  openHost: OpenHost;
  /** Called where the worker may die with what it has just done in a workflow task. */
  mayDie: (after: string) => void;
  marks: Set<string>;
  /** After so many activations of a run its history is said to have grown long; null: never. */
  afreshAfter: number | null;
}

/** One workflow as Temporal's server keeps it, over restarts of the worker and runs that continue as new. */
export interface Execution {
  /** @returns false when it is over */
  signal: (name: string, argument: unknown) => boolean;
  /** The same id gets the same outcome. */
  update: (name: string, argument: unknown, id: string) => Promise<unknown>;
  workerKilled: () => void;
  isOver: () => boolean;
  /** Nothing is under way but timers. */
  isQuiet: () => boolean;
}

/** A plan begins so many runs afresh; a real history is long before it is. */
const MOST_AFRESH = 5;
/** A workflow task that nobody answers is given to another worker after this time. */
const TASK_TIMEOUT_MS = 10_000;

export function startExecution(
  deps: ExecutionDeps,
  workflowId: string,
  type: string,
  input: unknown,
): Execution {
  const { timeline, dice, trace, marks } = deps;
  let runs = 0;
  let ids!: RunIds;
  let run!: Run;
  let host: WorkflowHost | null = null;
  let task: { told: Job[]; since: number } | null = null;
  let planned = false;
  let over = false;

  const begin = (args: Job): void => {
    runs += 1;
    ids = { workflowId, workflowType: type, runId: `${workflowId}-${runs}`, startedAt: timeline.now() };
    run = createRun(deps, workflowId, args, plan);
    plan();
  };
  const plan = (delayMs = dice.between(0, 5)): void => {
    if (planned || task !== null || over || run.pending.length === 0) return;
    planned = true;
    timeline.inWorker(delayMs, async () => {
      planned = false;
      if (deps.workerIn() > 0) return plan(deps.workerIn());
      await runTask();
    });
  };
  const runTask = async (): Promise<void> => {
    const told = run.pending;
    run.pending = [];
    task = { told, since: timeline.now() };
    if (host === null && run.log.length > 0) marks.add('replay');
    host ??= await deps.openHost(ids, run.log);
    const logged = runs <= MOST_AFRESH ? run.log.length : -Infinity;
    const staged = await activateAll(deps, host, inOrder(told), logged);
    await timeline.sleep(dice.between(0, 10));
    await complete(staged);
  };
  const complete = async (staged: Activated[]): Promise<void> => {
    const { told } = task!;
    // Something came meanwhile: the server does not let a run end without having heard it.
    if (run.pending.some((job) => job.doUpdate == null) && staged.some(endsRun)) {
      marks.add('an end that had to hear more');
      await forget();
      run.pending = [...told, ...run.pending];
      return plan();
    }
    task = null;
    const end = run.commit(staged);
    if (end !== null) await endRun(end);
    plan();
  };
  const endRun = async (end: Command): Promise<void> => {
    const last = run;
    await forget();
    const again = end.continueAsNewWorkflowExecution;
    if (end.failWorkflowExecution != null) throw new Error(`the workflow failed: ${JSON.stringify(end)}`);
    if (again == null) over = true;
    else begin(initialize(workflowId, type, again.arguments as never));
    const what = again == null ? 'the workflow is over' : 'continued as new';
    trace(what);
    marks.add(what);
    last.end(again == null ? null : run);
  };
  const forget = async (): Promise<void> => {
    task = null;
    const gone = host;
    host = null;
    await gone?.close();
  };

  begin(initialize(workflowId, type, payloadsOf(input)));
  return {
    signal(name, argument) {
      if (over) return false;
      run.push({
        signalWorkflow: { signalName: name, input: payloadsOf(argument), identity: '', headers: {} },
      });
      return true;
    },
    async update(name, argument, id) {
      if (over && !run.knows(id)) throw new WorkflowNotFoundError('it is over', workflowId, undefined);
      return run.update(name, argument, id);
    },
    workerKilled() {
      const lost = task;
      void forget();
      run.workerKilled();
      if (lost === null) return;
      marks.add('a workflow task that was lost');
      run.pending = [...lost.told, ...run.pending];
      plan(lost.since + TASK_TIMEOUT_MS - timeline.now());
    },
    isOver: () => over,
    isQuiet: () => over || (task === null && run.isQuiet()),
  };
}

/** One workflow task: what there is to tell, then each local activity as it ends. */
async function activateAll(
  { timeline, dice, activities, mayDie, afreshAfter }: ExecutionDeps,
  host: WorkflowHost,
  told: Job[],
  already: number,
): Promise<Activated[]> {
  const staged: Activated[] = [];
  const locals: NonNullable<Command['scheduleLocalActivity']>[] = [];
  for (let jobs = told; jobs.length > 0;) {
    const suggested = afreshAfter !== null && already + staged.length >= afreshAfter;
    const now = { jobs, at: timeline.now(), suggested };
    const commands = await host.activate(now);
    staged.push({ ...now, commands });
    locals.push(...commands.flatMap(({ scheduleLocalActivity: one }) => (one == null ? [] : [one])));
    const local = locals.shift();
    if (local === undefined) break;
    await timeline.sleep(dice.between(0, 5));
    const result = await activities[local.activityType!]!(...(fromPayloads(local.arguments) as never[]));
    mayDie(local.activityType!);
    await timeline.sleep(dice.between(0, 5));
    jobs = [activityJob(local.seq!, local.activityType!, { result }, true)];
  }
  return staged;
}

function endsRun({ commands }: Activated): boolean {
  return commands.some(
    (command) => command.completeWorkflowExecution != null || command.continueAsNewWorkflowExecution != null,
  );
}

/** As Core orders them: the start, signals and updates, all others. */
function inOrder(jobs: Job[]): Job[] {
  const rank = (job: Job): number =>
    job.initializeWorkflow != null ? 0 : job.signalWorkflow != null || job.doUpdate != null ? 1 : 2;
  return jobs.toSorted((a, b) => rank(a) - rank(b));
}

function initialize(workflowId: string, workflowType: string, args: ReturnType<typeof payloadsOf>): Job {
  return { initializeWorkflow: { workflowId, workflowType, arguments: args, headers: {}, attempt: 1 } };
}
