import { webhookQueue } from '../../worker/webhooks.js';
import type { WebhookStack } from './stack.js';
import { until } from './until.js';

/** Waits until the last delivery workflow has ended: none is left behind. @returns how many there were, and the most events of one */
export async function readWorkflows(
  stack: WebhookStack,
  withinMs: number,
): Promise<{ closed: number; longestHistory: number }> {
  const query = `TaskQueue = '${webhookQueue(stack.taskQueue)}'`;
  const { workflow } = stack.client;
  await until(
    async () => (await workflow.count(`${query} and ExecutionStatus = 'Running'`)).count === 0,
    withinMs,
  );
  const report = { closed: 0, longestHistory: 0 };
  for await (const { historyLength } of workflow.list({ query })) {
    report.closed += 1;
    report.longestHistory = Math.max(report.longestHistory, historyLength ?? 0);
  }
  return report;
}
