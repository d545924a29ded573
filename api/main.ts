// First: what it instruments must not be loaded before it.
import { telemetry } from './telemetry.js';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../runtime/config.js';
import { letHeapGrow } from '../runtime/heap-growth.js';
import { createLogger } from '../runtime/logger.js';
import { serve } from './serve.js';

async function main(): Promise<void> {
  letHeapGrow();
  const config = readConfig();
  const logger = createLogger('api', config.LOG_LEVEL);
  const api = await serve(config, logger, versionOf(), telemetry);
  logger.info({ operation: 'listening', port: api.port, version: versionOf() });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    const stopped = api.stop().then(() => telemetry.stop());
    stopped.then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ error, operation: 'stop' });
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

/** The package's version; the file lies beside the compiled folder's parent or beside the sources. */
function versionOf(): string {
  for (const folder of ['..', '../..']) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(__dirname, folder, 'package.json'), 'utf8')) as {
        name: string;
        version: string;
      };
      if (name === 'paraphe') return version;
    } catch {
      // Not there: look further up.
    }
  }
  return '0.0.0';
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
