import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { tracePlugin } from '../runtime/telemetry/temporal.js';

/** Where the bundle lies beside the compiled worker. */
export const BUNDLE_PATH = join(__dirname, 'workflow-bundle.js');

/** The workflows with the interceptors that carry the trace: every worker and every replay runs this very code. */
export function bundleWorkflows(): Promise<WorkflowBundleWithSourceMap> {
  const workflowsPath = require.resolve('../workflows/index.js');
  return bundleWorkflowCode({ workflowsPath, plugins: [tracePlugin()] });
}

/** Bundles the workflows once, at build time: a worker then starts without webpack. */
async function main(): Promise<void> {
  const { code } = await bundleWorkflows();
  await writeFile(BUNDLE_PATH, code);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}
