import path from 'node:path';
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

export function readStackSettings(environment: Environment, args: readonly string[]): StackSettings {
  const given = (name: string) => environment[name] || null;
  const apiPort = Number(given('API_PORT') ?? 8080);
  if (!Number.isInteger(apiPort) || apiPort < 1 || apiPort > 65_535) {
    throw new LocalError(`API_PORT is "${given('API_PORT')}": give a number from 1 to 65535.`);
  }
  const platform = given('PLATFORM_ENVIRONMENT') ?? 'sandbox';
  if (platform !== 'sandbox' && platform !== 'production') {
    throw new LocalError(`PLATFORM_ENVIRONMENT is "${platform}": give sandbox or production.`);
  }
  return {
    home: path.resolve(projectRoot, given('PARAPHE_HOME') ?? '.paraphe'),
    apiPort,
    environment: platform,
    databaseUrl: given('DATABASE_URL'),
    temporalAddress: given('TEMPORAL_ADDRESS'),
    platformUrl: given('PLATFORM_URL'),
    smtpUrl: given('SMTP_URL'),
    archiveUrl: given('ARCHIVE_URL'),
    masterKeyGiven: given('PARAPHE_MASTER_KEY') !== null || given('PARAPHE_MASTER_KEY_FILE') !== null,
    verbose: args.includes('--verbose') || ['debug', 'info'].includes(given('LOG_LEVEL') ?? ''),
  };
}
