// First: what it instruments must not be loaded before it.
import { telemetry } from './telemetry.js';
import { Runtime } from '@temporalio/worker';
import { readConfig } from '../runtime/config.js';
import { createLogger } from '../runtime/logger.js';
import { temporalMetrics } from '../runtime/telemetry/temporal.js';
import { runWorker } from './run.js';

async function main(): Promise<void> {
  const config = readConfig();
  const logger = createLogger('worker', config.LOG_LEVEL);
  const metrics = temporalMetrics(telemetry);
  if (metrics.metrics !== undefined) Runtime.install({ telemetryOptions: metrics });
  const worker = await runWorker(config, logger, telemetry);
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
  await worker.ended;
  await telemetry.stop();
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  process.exit(1);
});
