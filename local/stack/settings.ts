import path from 'node:path';
import { readConfig, withFiles, type Config } from '../../runtime/config.js';
import { LocalError, projectRoot } from '../project.js';

/** What the environment says about the local edition: servers that are given are not started. */
export interface StackSettings {
  readonly home: string;
  readonly apiPort: number;
  readonly environment: 'sandbox' | 'production';
  readonly databaseUrl: string | null;
  readonly temporalAddress: string | null;
  readonly platformUrl: string | null;
  readonly smtpUrl: string | null;
  readonly archiveUrl: string | null;
  readonly masterKeyGiven: boolean;
  readonly verbose: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Throws a LocalError that names all that is wrong, before anything is started. */
export function readStackSettings(environment: Environment, args: readonly string[]): StackSettings {
  const { API_PORT, PLATFORM_ENVIRONMENT } = checked(environment);
  const values = withFiles(environment);
  const given = (name: string) => values[name] ?? null;
  return {
    home: path.resolve(projectRoot, environment['PARAPHE_HOME'] || '.paraphe'),
    apiPort: API_PORT,
    environment: PLATFORM_ENVIRONMENT,
    databaseUrl: given('DATABASE_URL'),
    temporalAddress: given('TEMPORAL_ADDRESS'),
    platformUrl: given('PLATFORM_URL'),
    smtpUrl: given('SMTP_URL'),
    archiveUrl: given('ARCHIVE_URL'),
    masterKeyGiven: given('PARAPHE_MASTER_KEY') !== null,
    verbose: args.includes('--verbose') || ['debug', 'info'].includes(given('LOG_LEVEL') ?? ''),
  };
}

/** What the local edition sets itself where it is not given; a platform that is given has keys of its own. */
function standIns(environment: Environment): Record<string, string> {
  const platform = { PLATFORM_URL: 'http://twin', PLATFORM_API_USER: 'twin', PLATFORM_API_KEY: 'twin' };
  const isGiven = Boolean(environment['PLATFORM_URL'] || environment['PLATFORM_URL_FILE']);
  return {
    DATABASE_URL: 'postgres://local',
    PARAPHE_MASTER_KEY: Buffer.alloc(32).toString('base64'),
    ARCHIVE_URL: 'file:///local',
    ...(isGiven ? {} : platform),
  };
}

function checked(environment: Environment): Config {
  const own = Object.entries(environment).filter(([, value]) => value);
  try {
    const config = readConfig({ ...standIns(environment), ...Object.fromEntries(own) });
    if (config.API_PORT > 0) return config;
  } catch (error) {
    throw new LocalError((error as Error).message);
  }
  throw new LocalError('API_PORT is 0: give a number from 1 to 65535.');
}
