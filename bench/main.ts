import { benchAccept } from './accept.js';
import { benchBulk } from './bulk.js';
import { benchFlow } from './flow.js';
import { benchBackup } from './backup.js';
import { benchQuotaDay } from './quota-day.js';
import { benchRetrieval } from './retrieval.js';
import { benchSign } from './sign.js';
import { benchTelemetry } from './telemetry.js';
import { benchVerify } from './verify.js';
import { benchWaiting } from './waiting.js';
import { benchWebhooks } from './webhooks.js';

const benches: Readonly<Record<string, (parts: readonly string[]) => Promise<object>>> = {
  accept: benchAccept,
  bulk: benchBulk,
  flow: benchFlow,
  backup: benchBackup,
  'quota-day': benchQuotaDay,
  retrieval: benchRetrieval,
  sign: benchSign,
  telemetry: benchTelemetry,
  verify: benchVerify,
  waiting: benchWaiting,
  webhooks: benchWebhooks,
};

/** `npm run bench -- NAME [PART…] [--json]`: measures, prints the figures, and nothing else with `--json`. */
async function main(): Promise<void> {
  const [name = '', ...parts] = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  const bench = benches[name];
  if (bench === undefined) throw new Error(`Name one of: ${Object.keys(benches).join(', ')}`);
  const figures = await bench(parts);
  console.log(process.argv.includes('--json') ? JSON.stringify(figures) : JSON.stringify(figures, null, 2));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
