import { z } from 'zod';

import type { TwinOptions } from './twin.js';

const port = z.coerce.number().int().min(0).max(65_535);
const text = z.string().min(1);

const settingsSchema = z.object({
  TWIN_HOME: text,
  TWIN_PORT: port.default(0),
  TWIN_CONTROL_PORT: port.default(0),
  TWIN_HOST: text.optional(),
  TWIN_CONTROL_HOST: text.optional(),
  TWIN_PUBLIC_URL: z.url().optional(),
  TWIN_RULES: z.enum(['sandbox', 'production']).default('sandbox'),
  TWIN_SMTP_URL: z.url().optional(),
  TWIN_API_USER: text.default('sandbox-user'),
  TWIN_API_KEY: text.default('sandbox-key'),
  TWIN_QUOTA: z.coerce.number().int().nonnegative().optional(),
  TWIN_OWNER_EMAIL: z.email().optional(),
  TWIN_EXPIRY_DELAY_MS: z.coerce.number().int().nonnegative().optional(),
});

/** Reads TWIN_*; throws one error that names every setting at fault. */
export function readSettings(env: Record<string, string | undefined>): TwinOptions {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const read = settingsSchema.safeParse(given);
  if (!read.success) throw new Error(`settings: ${z.prettifyError(read.error)}`);
  const settings = read.data;
  return {
    home: settings.TWIN_HOME,
    port: settings.TWIN_PORT,
    controlPort: settings.TWIN_CONTROL_PORT,
    ...(settings.TWIN_HOST === undefined ? {} : { host: settings.TWIN_HOST }),
    ...(settings.TWIN_CONTROL_HOST === undefined ? {} : { controlHost: settings.TWIN_CONTROL_HOST }),
    ...(settings.TWIN_PUBLIC_URL === undefined
      ? {}
      : { publicUrl: settings.TWIN_PUBLIC_URL.replace(/\/+$/, '') }),
    ...(settings.TWIN_SMTP_URL === undefined ? {} : { smtpUrl: settings.TWIN_SMTP_URL }),
    ...(settings.TWIN_EXPIRY_DELAY_MS === undefined ? {} : { expiryDelayMs: settings.TWIN_EXPIRY_DELAY_MS }),
    rules: settings.TWIN_RULES,
    account: {
      user: settings.TWIN_API_USER,
      key: settings.TWIN_API_KEY,
      ...(settings.TWIN_QUOTA === undefined ? {} : { quota: settings.TWIN_QUOTA }),
      ...(settings.TWIN_OWNER_EMAIL === undefined ? {} : { ownerEmail: settings.TWIN_OWNER_EMAIL }),
    },
  };
}
