import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { freePort } from '../../local/ports.js';
import { temporalTool } from '../../local/project.js';
import { startChild, type Child } from '../../local/process/child.js';
import { createTemporal } from '../../local/temporal.js';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'temporal-'));
  file = path.join(folder, 'temporal.db');
});

afterEach(() => rmSync(folder, { recursive: true }));

async function start(): Promise<{ child: Child; address: string }> {
  const [port, httpPort] = [await freePort(), await freePort()];
  const child = startChild(createTemporal({ port, httpPort, uiPort: null, file }), () => undefined);
  await child.ready;
  return { child, address: `127.0.0.1:${port}` };
}

async function connected<T>(address: string, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

test('what was started is there after a kill', async () => {
  const first = await start();
  await connected(first.address, (client) =>
    client.workflow.start('waits', { taskQueue: 'nobody', workflowId: 'kept' }),
  );
  process.kill(first.child.pid, 'SIGKILL');
  await first.child.exited;
  const second = await start();
  const { status } = await connected(second.address, (client) =>
    client.workflow.getHandle('kept').describe(),
  );
  await second.child.stop(5000);
  expect(status.name).toBe('RUNNING');
});

test('a file from before a search attribute was introduced gets it', async () => {
  const first = await start();
  const attribute = ['operator', 'search-attribute', 'remove', '--yes', '--name', 'PlatformId'];
  execFileSync(temporalTool('temporal'), [...attribute, '--address', first.address], { stdio: 'ignore' });
  await first.child.stop(5000);
  const second = await start();
  const { customAttributes } = await connected(second.address, ({ connection }) =>
    connection.operatorService.listSearchAttributes({ namespace: 'default' }),
  );
  await second.child.stop(5000);
  expect(Object.keys(customAttributes ?? {})).toContain('PlatformId');
});
