import type { Client } from '@temporalio/client';
import { Worker, type NativeConnection, type WorkerOptions } from '@temporalio/worker';
import { createAttemptDelivery, type AttemptDeps } from '../activities/attempt-delivery.js';
import { createDeliverActivities } from '../activities/deliver.js';
import { judgeEndpoints, type JudgeDeps } from '../activities/judge-endpoints.js';
import { createEndpointGate } from '../activities/endpoint-gate.js';
import { createLookup } from '../adapters/egress/lookup.js';
import { createWebhookSender } from '../adapters/webhooks/send.js';
import { WORKFLOWS } from '../domain/messages.js';
import type { UrlPolicy } from '../domain/webhooks/url-policy.js';
import type { Logger } from '../runtime/logger.js';
import { tracePlugin } from '../runtime/telemetry/temporal.js';
import { unlessStarted } from '../runtime/unless-started.js';
import { insertEndpointNotice } from '../store/endpoint-notices.js';
import { signingKeys } from '../store/signing-keys.js';
import { createDispatcher, type DispatcherDeps } from './dispatcher.js';
import { countAttempts } from './metrics.js';

export interface WebhooksDeps extends Pick<
  AttemptDeps,
  'db' | 'vault' | 'clock' | 'environment' | 'nextDelay'
> {
  logger: Logger;
  connection: NativeConnection;
  namespace: string;
  client: Pick<Client, 'workflow'>;
  /** The product's task queue; deliveries have their own beside it. */
  taskQueue: string;
  /** `workflowBundle`, or `workflowsPath` in tests. */
  workflows: Pick<WorkerOptions, 'workflowBundle'> | Pick<WorkerOptions, 'workflowsPath'>;
  policy: UrlPolicy;
  /** What carries the trace; one that drops it when absent. */
  plugins?: NonNullable<WorkerOptions['plugins']>;
  /** Of this program, for the User-Agent. */
  version: string;
  /** Pauses up to this are spent in the queue, longer ones in a workflow; the dispatcher's own in production. */
  soonMs?: number;
}

export interface Webhooks {
  /** Tells the dispatcher that deliveries were written. */
  kick(): void;
  /** Works until `stop`; rejects when the worker fails. */
  run(): Promise<void>;
  /** Lets what is under way end for 3 s; attempts cut off then are made again by the next worker. */
  stop(): void;
}

/** How long the keys that sign are kept in memory: a rotation is noticed within this time. */
const KEYS_FOR_MS = 60_000;
/** Warnings and disabling count in days. */
const HEALTH_EVERY_MS = 60_000;
/** For attempts under way at a stop. */
const GRACE_MS = 3_000;
/** Attempts wait for others' servers, not for ours: many may be under way. */
const ATTEMPTS_AT_ONCE = 1_000;

/** Where deliveries run: a queue of their own, so that they never take a slot from contracts. */
export function webhookQueue(taskQueue: string): string {
  return `${taskQueue}-webhooks`;
}

/** The part of the worker that delivers events: its own Temporal worker, and the dispatcher that feeds it. */
export async function createWebhooks(deps: WebhooksDeps): Promise<Webhooks> {
  const { clock, policy, version } = deps;
  const internalNames = policy.allowedNetworks.length > 0;
  const sender = countAttempts(
    createWebhookSender({ policy, version, lookup: createLookup({ internalNames }) }),
  );
  const gate = createEndpointGate({ now: () => clock.now().getTime() });
  const keys = cachedKeys(deps);
  // Made before the first webhook: receivers look for the public half when they set up.
  await keys();
  const attempt = createAttemptDelivery({ ...deps, sender, gate, signingKeys: keys });
  const worker = await Worker.create({
    connection: deps.connection,
    namespace: deps.namespace,
    taskQueue: webhookQueue(deps.taskQueue),
    ...deps.workflows,
    plugins: deps.plugins ?? [tracePlugin()],
    activities: createDeliverActivities({ attempt }),
    maxConcurrentActivityTaskExecutions: ATTEMPTS_AT_ONCE,
    shutdownGraceTime: GRACE_MS,
  });
  const dispatcher = createDispatcher({ ...deps, attempt, startWorkflow: starter(deps) });
  const health = setInterval(() => void judge(deps), HEALTH_EVERY_MS);
  return {
    kick: () => dispatcher.kick(),
    async run() {
      try {
        await worker.run();
      } finally {
        clearInterval(health);
        await dispatcher.stop(GRACE_MS);
        await sender.close();
      }
    },
    stop() {
      clearInterval(health);
      void dispatcher.stop(GRACE_MS);
      if (worker.getState() === 'RUNNING') worker.shutdown();
    },
  };
}

function starter({ client, taskQueue }: WebhooksDeps): DispatcherDeps['startWorkflow'] {
  return async ({ deliveryId, round, endpointId }, inMs) => {
    const start = client.workflow.start(WORKFLOWS.delivery, {
      workflowId: `${deliveryId}-${round}`,
      taskQueue: webhookQueue(taskQueue),
      args: [{ deliveryId, round, endpointId }],
      startDelay: Math.max(0, inMs),
      staticSummary: round === 0 ? 'one event to one endpoint' : 'one event to one endpoint, again',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
    });
    await unlessStarted(start);
  };
}

async function judge({ db, clock, environment, logger }: WebhooksDeps): Promise<void> {
  const notify: JudgeDeps['notify'] = (tx, notice) => insertEndpointNotice(tx, notice, clock.now());
  try {
    await judgeEndpoints({ db, clock, environment, notify });
  } catch (error) {
    logger.warn({ operation: 'judge endpoints', error }, 'endpoints not judged');
  }
}

function cachedKeys({ db, vault, clock }: WebhooksDeps): AttemptDeps['signingKeys'] {
  let kept: { keys: ReturnType<typeof signingKeys>; until: number } | null = null;
  return async () => {
    const now = clock.now();
    if (kept === null || kept.until <= now.getTime()) {
      const keys = signingKeys(db, vault, now);
      kept = { keys, until: now.getTime() + KEYS_FOR_MS };
      keys.catch(() => {
        kept = null;
      });
    }
    const keys = await kept.keys;
    return keys.filter(({ until }) => until === null || until > now);
  };
}
