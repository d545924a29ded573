import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import { TypedSearchAttributes } from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import type { Workflow } from '@temporalio/worker/lib/workflow/interface';
import { ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm';
import type { BundleFile } from '../workflow-bundle.js';

type Activation = Parameters<Workflow['activate']>[0];
type Completion = Awaited<ReturnType<Workflow['activate']>>;
export type Job = NonNullable<Activation['jobs']>[number];
export type Command = NonNullable<NonNullable<Completion['successful']>['commands']>[number];

/** What a workflow is told at once. */
export interface Told {
  jobs: Job[];
  /** The workflow's now, in milliseconds. */
  at: number;
  /** Whether it is told that its history grew long. */
  suggested: boolean;
}

/** What it was told, and what it answered: the history, in the words between Core and SDK. */
export interface Activated extends Told {
  commands: Command[];
}

export interface RunIds {
  workflowId: string;
  workflowType: string;
  runId: string;
  startedAt: number;
}

/** One run of a workflow in the SDK's own sandbox. */
export interface WorkflowHost {
  /** @throws Error when the workflow task failed: the code is at fault */
  activate: (told: Told) => Promise<Command[]>;
  close: () => Promise<void>;
}

/** As after a restart, where there is a log: a new sandbox in the state that the log leads to. */
export type OpenHost = (ids: RunIds, log: Activated[]) => Promise<WorkflowHost>;

/** All flags of the SDK that gate its own changes. */
const FLAGS = [1, 2, 3, 4, 5, 6];

/**
 * The SDK's sandboxes, driven by hand in Core's place. Made by the constructor: `create` also hooks every promise of
 * the process, for stack traces that nobody reads here.
 */
export function createWorkflowHosts(bundle: BundleFile, activityNames: string[]): OpenHost {
  const code = readFileSync(bundle.codePath, 'utf8');
  const filename = 'workflow-bundle.js';
  const sourceMap = { version: 3, sources: [], names: [], mappings: '' } as never;
  const script = new vm.Script(code, { filename });
  const names = new Set(activityNames);
  // Without a limit on the time in the sandbox, which costs a thread for each call.
  const creator = new ReusableVMWorkflowCreator(
    script,
    { code, filename, sourceMap },
    undefined as never,
    names,
  );
  return async (ids, log) => {
    const now = log[0]?.at ?? ids.startedAt;
    const randomnessSeed = [...Buffer.from(ids.runId.padEnd(8)).subarray(-8)];
    const info = infoOf(ids, now) as never;
    const workflow = await creator.createWorkflow({
      info,
      randomnessSeed,
      now,
      showStackTraceSources: false,
    });
    await replay(ids, workflow, log);
    return {
      activate: (told) => activate(ids, workflow, told, false),
      close: () => workflow.dispose(),
    };
  };
}

/** @throws Error when the code takes another way than the log */
async function replay(ids: RunIds, workflow: Workflow, log: Activated[]): Promise<void> {
  for (const { commands, jobs, ...told } of log) {
    const patches = commands.flatMap(({ setPatchMarker }): Job[] =>
      setPatchMarker == null ? [] : [{ notifyHasPatch: { patchId: setPatchMarker.patchId! } }],
    );
    const again = await activate(ids, workflow, { ...told, jobs: [...patches, ...jobs] }, true);
    if (textOf(again) !== textOf(commands))
      throw new Error(`the replay differs: ${textOf(again)} instead of ${textOf(commands)}`);
  }
}

async function activate(
  { runId }: RunIds,
  workflow: Workflow,
  { jobs, at, suggested }: Told,
  isReplaying: boolean,
): Promise<Command[]> {
  const activation = { runId, timestamp: msToTs(at), isReplaying, historyLength: 1, jobs };
  const { successful, failed } = await workflow.activate({
    ...activation,
    availableInternalFlags: FLAGS,
    continueAsNewSuggested: suggested,
  });
  if (successful?.commands == null)
    throw new Error(`workflow task failed: ${failed?.failure?.message}\n${failed?.failure?.stackTrace}`);
  return successful.commands;
}

/** What counts in commands; stack traces do not. */
function textOf(commands: Command[]): string {
  return JSON.stringify(commands, (name, value: unknown) => (name === 'stackTrace' ? undefined : value));
}

function infoOf(ids: RunIds, now: number): object {
  return {
    ...ids,
    searchAttributes: {},
    typedSearchAttributes: new TypedSearchAttributes(),
    taskQueue: 'simulation',
    namespace: 'default',
    firstExecutionRunId: ids.runId,
    originalExecutionRunId: ids.runId,
    startTime: new Date(ids.startedAt),
    runStartTime: new Date(now),
    taskTimeoutMs: 10_000,
    attempt: 1,
    historyLength: 1,
    historySize: 0,
    continueAsNewSuggested: false,
    targetWorkerDeploymentVersionChanged: false,
    unsafe: { isReplaying: false, isReplayingHistoryEvents: false },
  };
}
