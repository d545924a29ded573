import type { WorkflowClient } from '@temporalio/client';

const AT_ONCE = 16;

/** How many events each workflow's history holds. */
export async function historyLengths(
  workflow: Pick<WorkflowClient, 'getHandle'>,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const lengths = new Map<string, number>();
  const waiting = ids.values();
  const lane = async (): Promise<void> => {
    for (const id of waiting) lengths.set(id, (await workflow.getHandle(id).describe()).historyLength);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return lengths;
}
