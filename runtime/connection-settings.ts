import type { Config } from './config.js';

/** A platform account as the settings describe it. */
export interface ConnectionSettings {
  url: string;
  apiUser: string;
  environment: 'sandbox' | 'production';
  /** Requests in any 24 hours; null: no quota. */
  dailyQuota: number | null;
  smsLimit: number;
  attemptLimit: number;
  timeZone: string;
}

/** The requests a day that a production account has by default (CP11). */
const DEFAULT_QUOTA = 1000;

/** The first connection; the sandbox has no quota unless one is set. */
export function connectionSettings(config: Config): ConnectionSettings {
  const production = config.PLATFORM_ENVIRONMENT === 'production';
  return {
    url: config.PLATFORM_URL,
    apiUser: config.PLATFORM_API_USER,
    environment: config.PLATFORM_ENVIRONMENT,
    dailyQuota: config.PLATFORM_DAILY_QUOTA ?? (production ? DEFAULT_QUOTA : null),
    smsLimit: config.PLATFORM_SMS_LIMIT,
    attemptLimit: config.PLATFORM_ATTEMPT_LIMIT,
    timeZone: config.PLATFORM_TIME_ZONE,
  };
}
