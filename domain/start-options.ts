import { TypedSearchAttributes } from '@temporalio/common';
import type { ContractState } from './contract/state.js';
import { WORKFLOWS, type ContractInput } from './messages.js';
import { CLIENT, CONTRACT_STATUS, DEADLINE, ENVIRONMENT } from './search-attributes.js';

/** How a contract's workflow is started, by the api or by the worker's sweep: both the same, so that either may. */
export interface ContractStart {
  workflowId: string;
  taskQueue: string;
  args: [ContractInput];
  typedSearchAttributes: TypedSearchAttributes;
  staticSummary: string;
  workflowIdReusePolicy: 'REJECT_DUPLICATE';
  workflowIdConflictPolicy: 'FAIL';
}

/** Ids, counts and times only: all of it is to be seen in Temporal. */
export function contractStart(
  state: ContractState,
  settings: { taskQueue: string; warningHours: number[] },
): ContractStart {
  return {
    workflowId: state.id,
    taskQueue: settings.taskQueue,
    args: [{ state, settings: { warningHours: settings.warningHours } }],
    typedSearchAttributes: new TypedSearchAttributes([
      { key: CLIENT, value: state.clientId },
      { key: CONTRACT_STATUS, value: state.status },
      { key: DEADLINE, value: new Date(state.deadline) },
      { key: ENVIRONMENT, value: state.environment },
    ]),
    staticSummary: `${state.documents.length} document(s), ${state.signatories.length} signatory(ies), ${state.environment}`,
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    workflowIdConflictPolicy: 'FAIL',
  };
}

/** The one watch of a platform account. */
export function watchWorkflowId(connectionId: string): string {
  return `${WORKFLOWS.watch}-${connectionId}`;
}
