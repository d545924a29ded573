import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';

/** One that runs or ran already is as good as started. */
export async function unlessStarted(start: Promise<unknown>): Promise<void> {
  try {
    await start;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
