import { migrate } from './migrate.js';
import { readDatabaseUrl } from '../runtime/config.js';

async function main(): Promise<void> {
  const applied = await migrate(readDatabaseUrl());
  process.stdout.write(`${JSON.stringify({ applied })}\n`);
}

main().catch((error: unknown) => {
  const { message, cause } = error as Error;
  process.stderr.write(`${message}${cause instanceof Error ? `: ${cause.message}` : ''}\n`);
  process.exit(1);
});
