import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { ContractState } from '../domain/contract/state.js';
import { SIGNALS, WORKFLOWS, type Seen } from '../domain/messages.js';
import { contractStart, watchWorkflowId } from '../domain/start-options.js';
import { unlessStarted } from '../runtime/unless-started.js';

export interface StarterSettings {
  taskQueue: string;
  warningHours: number[];
  connectionId: string;
}

/** What activities ask of Temporal: starts and signals. */
export interface Starts {
  startContract: (state: ContractState) => Promise<void>;
  startWatch: () => Promise<void>;
  nudgeWatch: () => Promise<void>;
  signalSeen: (contractId: string, seen: Seen) => Promise<boolean>;
  startPurge: (contractId: string) => Promise<void>;
  ensureUpkeep: () => Promise<void>;
}

export function createStarts({ workflow, schedule }: Client, settings: StarterSettings): Starts {
  const { taskQueue, connectionId } = settings;
  return {
    async startContract(state) {
      await unlessStarted(workflow.start(WORKFLOWS.contract, contractStart(state, settings)));
    },
    async startWatch() {
      const workflowId = watchWorkflowId(connectionId);
      const options = {
        workflowId,
        taskQueue,
        args: [connectionId],
        workflowIdConflictPolicy: 'USE_EXISTING',
      } as const;
      await workflow.start(WORKFLOWS.watch, {
        ...options,
        staticSummary: 'the shared poll of one platform account',
      });
    },
    nudgeWatch: () => workflow.getHandle(watchWorkflowId(connectionId)).signal(SIGNALS.nudge),
    signalSeen: (contractId, seen) =>
      workflow
        .getHandle(contractId)
        .signal(SIGNALS.seen, seen)
        .then(() => true)
        .catch((error: unknown) => {
          if (error instanceof WorkflowNotFoundError) return false;
          throw error;
        }),
    async startPurge(contractId) {
      const start = workflow.start(WORKFLOWS.purge, {
        workflowId: `${WORKFLOWS.purge}-${contractId}`,
        taskQueue,
        args: [contractId],
        staticSummary: 'what was kept long enough is removed',
        workflowIdConflictPolicy: 'FAIL',
      });
      await unlessStarted(start);
    },
    async ensureUpkeep() {
      const action = { type: 'startWorkflow', workflowType: WORKFLOWS.upkeep, taskQueue, args: [] } as const;
      const spec = { intervals: [{ every: '1 minute' }] };
      // After an outage one run is enough: the sweeps look at what is there now.
      const policies = { overlap: 'SKIP', catchupWindow: '1 minute' } as const;
      const scheduleId = `${WORKFLOWS.upkeep}-${taskQueue}`;
      await schedule.create({ scheduleId, spec, action, policies }).catch((error: Error) => {
        if (error.name !== 'ScheduleAlreadyRunning') throw error;
      });
    },
  };
}
