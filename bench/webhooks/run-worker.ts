import { Client, Connection } from '@temporalio/client';
import { NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { createUrlPolicy } from '../../domain/webhooks/url-policy.js';
import { systemClock } from '../../runtime/clock.js';
import { createLogger } from '../../runtime/logger.js';
import { createVault } from '../../runtime/vault.js';
import { createDatabase } from '../../store/database.js';
import { createWebhooks, type WebhooksDeps } from '../../worker/webhooks.js';
import { benchMasterKey, type StackServers } from './stack.js';

export interface DeliveringWorker {
  kick(): void;
  stop(): Promise<void>;
}

/** The delivering part of the worker, in this process. */
export async function runDeliveries(
  servers: StackServers,
  workflows: Pick<WorkerOptions, 'workflowBundle'>,
  wish: Partial<Pick<WebhooksDeps, 'nextDelay' | 'clock' | 'vault' | 'soonMs'>> = {},
): Promise<DeliveringWorker> {
  const { db } = createDatabase(servers.databaseUrl, 'paraphe_worker');
  const connection = await NativeConnection.connect({ address: servers.temporalAddress });
  const clientConnection = await Connection.connect({ address: servers.temporalAddress });
  const webhooks = await createWebhooks({
    clock: systemClock,
    vault: createVault(benchMasterKey),
    ...wish,
    db,
    connection,
    workflows,
    taskQueue: servers.taskQueue,
    client: new Client({ connection: clientConnection }),
    logger: createLogger('bench', 'silent'),
    environment: 'sandbox',
    namespace: 'default',
    policy: createUrlPolicy({ allowedNetworks: ['127.0.0.0/8'] }),
    version: '0.0.0',
  });
  const ended = webhooks.run();
  return {
    kick: () => webhooks.kick(),
    async stop() {
      webhooks.stop();
      await ended;
      await Promise.all([connection.close(), clientConnection.close()]);
      await db.destroy();
    },
  };
}
