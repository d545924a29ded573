import { randomUUID } from 'node:crypto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { freePort } from '../../local/ports.js';
import { temporalTool } from '../../local/project.js';
import { createTemporal } from '../../local/temporal.js';
import { sharedServer, startDetached } from './shared-server.js';

/** The address of this run's Temporal server: real time, in memory, with our search attributes. */
export async function temporalAddress(): Promise<string> {
  return sharedServer('temporal', async () => {
    const [port, httpPort] = [await freePort(), await freePort()];
    await startDetached(createTemporal({ port, httpPort, uiPort: null, file: null }));
    return `127.0.0.1:${port}`;
  });
}

/** A name that no other test uses: for task queues and workflow ids. */
export function uniqueName(what: string): string {
  return `${what}-${randomUUID()}`;
}

/**
 * A server whose clock jumps over waiting time; of this test file alone, to be torn down by it.
 * It knows no search attributes but those given here by the run's set-up of the namespace.
 */
export function createTimeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  return TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: temporalTool('temporalTestServer') } },
  });
}
