import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeService, imageEnvironment } from '../../local/rehearsal/compose.js';
import type { BenchServers } from '../servers.js';
import { startListening, type Listening } from './processes.js';

/**
 * The api as in production, its bounds of memory and a log line a request included, on thrown-away servers. With
 * `--profile` it leaves a profile of its processor time in `.cache/profiles`.
 */
export function startApi(
  { databaseUrl, temporalAddress }: Pick<BenchServers, 'databaseUrl' | 'temporalAddress'>,
  key: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Listening> {
  const profile = process.argv.includes('--profile') ? ['--cpu-prof', '--cpu-prof-dir=.cache/profiles'] : [];
  const settings = {
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    PARAPHE_MASTER_KEY: randomBytes(32).toString('base64'),
    PLATFORM_URL: 'http://127.0.0.1:1',
    PLATFORM_API_USER: 'bench',
    PLATFORM_API_KEY: 'bench',
    ARCHIVE_URL: `file://${mkdtempSync(join(tmpdir(), 'paraphe-bench-archive-'))}`,
    API_PORT: '0',
    BOOTSTRAP_CLIENT_KEY: key,
    LOG_LEVEL: 'info',
    ...imageEnvironment(),
    NODE_OPTIONS: composeService('api').environment['NODE_OPTIONS'],
    ...env,
  };
  return startListening(join(__dirname, '..', '..', 'api', 'main.js'), settings, profile);
}
