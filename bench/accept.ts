import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { newKey } from '../runtime/keys.js';
import { load, type LoadResult } from './accept/load.js';
import { startListening, type Listening } from './accept/processes.js';
import { triggerBody } from './accept/trigger-body.js';
import { startServers, type BenchServers } from './servers.js';

const AT_ONCE = 32;
const PDF_BYTES = 50_000;
const WARM_SECONDS = 3;
const SECONDS = 8;

/**
 * Triggers a second that the api accepts, beside what a bare Express handler takes that parses the same body and
 * keeps nothing, in turns in the same run. Real PostgreSQL with its safety on, real Temporal starting the workflows.
 */
export async function benchAccept(): Promise<object> {
  const servers = await startServers();
  const key = newKey('sandbox');
  const api = await startApi(servers, key, process.argv.includes('--without-temporal'));
  const bare = await startListening(join(__dirname, 'accept', 'bare.js'));
  const body = triggerBody(PDF_BYTES);
  const measure = (what: Listening, seconds: number): Promise<LoadResult> =>
    load({ port: what.port, key, body, atOnce: AT_ONCE, seconds });
  try {
    for (const what of [bare, api]) await measure(what, WARM_SECONDS);
    const runs: { bare: LoadResult; api: LoadResult }[] = [];
    for (let turn = 0; turn < 3; turn++)
      runs.push({ bare: await measure(bare, SECONDS), api: await measure(api, SECONDS) });
    const ratios = runs.map((one) => one.api.perSecond / one.bare.perSecond).sort((a, b) => a - b);
    return {
      cpus: cpus().length,
      pdfBytes: PDF_BYTES,
      atOnce: AT_ONCE,
      ratio: Math.round(ratios[1]! * 1000) / 1000,
      p99Ms: Math.max(...runs.map((one) => one.api.latencyMs.p99)),
      runs,
    };
  } finally {
    await Promise.all([api.stop(), bare.stop()]);
    await servers.stop();
  }
}

function startApi(servers: BenchServers, key: string, withoutTemporal: boolean): Promise<Listening> {
  return startListening(join(__dirname, '..', 'api', 'main.js'), {
    DATABASE_URL: servers.databaseUrl,
    TEMPORAL_ADDRESS: withoutTemporal ? '127.0.0.1:1' : servers.temporalAddress,
    PARAPHE_MASTER_KEY: randomBytes(32).toString('base64'),
    PLATFORM_URL: 'http://127.0.0.1:1',
    PLATFORM_API_USER: 'bench',
    PLATFORM_API_KEY: 'bench',
    ARCHIVE_URL: `file://${mkdtempSync(join(tmpdir(), 'paraphe-bench-archive-'))}`,
    API_PORT: '0',
    BOOTSTRAP_CLIENT_KEY: key,
    LOG_LEVEL: 'info',
  });
}
