import { readConfig } from '../runtime/config.js';
import { createLogger } from '../runtime/logger.js';
import { runWorker } from './run.js';

async function main(): Promise<void> {
  const config = readConfig();
  const logger = createLogger('worker', config.LOG_LEVEL);
  const worker = await runWorker(config, logger);
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
  await worker.ended;
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  process.exit(1);
});
