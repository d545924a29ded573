import { migrate } from './migrate.js';
import { readDatabaseUrl } from '../runtime/config.js';

async function main(): Promise<void> {
  const applied = await migrate(readDatabaseUrl());
  process.stdout.write(`${JSON.stringify({ applied })}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}: ${String((error as { cause?: unknown }).cause ?? '')}\n`);
  process.exit(1);
});
