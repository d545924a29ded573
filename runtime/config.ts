import { readFileSync } from 'node:fs';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65535);
const milliseconds = z.coerce.number().int().positive();
const count = z.coerce.number().int().nonnegative();
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

const networks = list.refine(
  (parts) => parts.every((part) => ipaddr.isValidCIDR(part)),
  'must be networks like 10.0.0.0/8, with commas',
);

/** Every setting of the product, in the order of `.env.example`. */
const settings = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TASK_QUEUE: z.string().default('paraphe'),
  /** Workflows that the worker keeps ready; others are read from their history when something happens to them. */
  CACHED_WORKFLOWS: z.coerce.number().int().positive().default(100),
  /** 32 bytes in base64: wraps the data key of each contract. */
  PARAPHE_MASTER_KEY: z
    .base64()
    .refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64'),
  API_HOST: z.string().default('127.0.0.1'),
  API_PORT: port.default(8080),
  /** Networks of the proxies in front of the api, with commas: what they say about who asks is believed. */
  TRUSTED_PROXIES: networks.default([]),
  /** Where clients reach the api, for links in mails and answers. */
  PUBLIC_URL: z.url().optional(),
  PLATFORM_URL: z.url(),
  PLATFORM_API_USER: z.string().min(1),
  PLATFORM_API_KEY: z.string().min(1),
  PLATFORM_ENVIRONMENT: z.enum(['sandbox', 'production']).default('sandbox'),
  PLATFORM_DAILY_QUOTA: z.coerce.number().int().positive().optional(),
  PLATFORM_SMS_LIMIT: count.default(5),
  PLATFORM_ATTEMPT_LIMIT: count.default(5),
  PLATFORM_TIME_ZONE: z.string().default('Europe/Paris'),
  PLATFORM_SIGNER_TRUST: z.string().optional(),
  PLATFORM_TSA_TRUST: z.string().optional(),
  /** Hosts that certificates may send us to for revocation data, with commas; none: nobody is asked. */
  REVOCATION_HOSTS: list
    .refine((hosts) => hosts.every((host) => URL.canParse(`http://${host}`)), 'must be hosts, with commas')
    .default([]),
  /** Networks that are not public in which those hosts may lie, with commas. */
  REVOCATION_ALLOWED_NETWORKS: networks.default([]),
  /** RFC 3161 authority that stamps evidence and the journal's heads; none: they go without, and say so. */
  TSA_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** PEM file of that authority's trust anchors; the platform's when absent. */
  TSA_TRUST: z.string().optional(),
  WATCH_MIN_INTERVAL_MS: milliseconds.default(5_000),
  WATCH_MAX_INTERVAL_MS: milliseconds.default(1_800_000),
  /** Hours of the night, as `22-6` in the platform's time zone, in which polls are as slow as they may be. */
  WATCH_NIGHT: z
    .string()
    .regex(/^([01]?\d|2[0-3])-([01]?\d|2[0-3])$/, 'must be hours like 22-6')
    .transform((text) => {
      const [from = 0, to = 0] = text.split('-').map(Number);
      return { from, to };
    })
    .optional(),
  /** How long a creation without an answer waits before the platform's list is believed. */
  CREATION_GRACE_MS: milliseconds.default(60_000),
  DEADLINE_WARNING_HOURS: list
    .default([])
    .transform((parts) => (parts.length > 0 ? parts.map(Number) : [72, 24])),
  SMTP_URL: z.string().optional(),
  MAIL_FROM: z.string().default('paraphe <no-reply@paraphe.invalid>'),
  ARCHIVE_URL: z.url({ protocol: /^(file|s3)$/ }),
  WEBHOOK_ALLOWED_NETWORKS: list.default([]),
  BOOTSTRAP_ADMIN_KEY: z.string().optional(),
  BOOTSTRAP_CLIENT_KEY: z.string().optional(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Prometheus reads our metrics here; none: no port is opened. Where both run on one host, each has its own. */
  METRICS_PORT: port.optional(),
  API_METRICS_PORT: port.optional(),
  WORKER_METRICS_PORT: port.optional(),
  METRICS_HOST: z.string().default('127.0.0.1'),
  /** The same for the metrics of Temporal's SDK in the worker, which has a server of its own. */
  TEMPORAL_METRICS_PORT: port.optional(),
  /** 32 bytes in base64: seals backups; kept apart from them and from the master key. */
  BACKUP_KEY: z
    .base64()
    .refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base64')
    .optional(),
  /** Collector that takes traces (OTLP over HTTP), and metrics too where METRICS_PORT is not set. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
});

export type Config = Readonly<z.infer<typeof settings>>;

/**
 * The settings from the environment; any can come from a file named by `NAME_FILE` (secrets, design.md *Settings*).
 * @throws Error that names every fault at once
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const unreadable: string[] = [];
  const values = withFiles(environment, (name) => unreadable.push(name));
  const result = settings.safeParse(values);
  if (result.success && unreadable.length === 0) return result.data;
  const wrong = (result.error?.issues ?? []).filter(({ path: [name] }) => !unreadable.includes(String(name)));
  const faults = [
    ...unreadable.map((name) => `  ${name}_FILE: ${environment[`${name}_FILE`]} can't be read`),
    ...wrong.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`),
  ];
  throw new Error(`The settings are not usable:\n${faults.join('\n')}`);
}

export interface TelemetrySettings {
  /** Whether traces are sent, and where as far as it is one address for all signals. */
  otlp: boolean;
  otlpEndpoint: string | undefined;
  metricsPort: number | undefined;
  metricsHost: string;
  temporalMetricsPort: number | undefined;
  environment: 'sandbox' | 'production';
}

/**
 * What telemetry needs, read before all else; the SDK reads the other `OTEL_*` settings itself.
 * Faults are left to `readConfig`, which names them all.
 */
export function readTelemetrySettings(
  name: 'api' | 'worker',
  environment: NodeJS.ProcessEnv = process.env,
): TelemetrySettings {
  const names = {
    METRICS_PORT: true,
    API_METRICS_PORT: true,
    WORKER_METRICS_PORT: true,
    METRICS_HOST: true,
    TEMPORAL_METRICS_PORT: true,
    OTEL_EXPORTER_OTLP_ENDPOINT: true,
    PLATFORM_ENVIRONMENT: true,
  } as const;
  const { data } = settings.pick(names).safeParse(withFiles(environment));
  const tracesOnly = environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? '';
  return {
    otlp: data?.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined || tracesOnly !== '',
    otlpEndpoint: data?.OTEL_EXPORTER_OTLP_ENDPOINT,
    metricsPort: (name === 'api' ? data?.API_METRICS_PORT : data?.WORKER_METRICS_PORT) ?? data?.METRICS_PORT,
    metricsHost: data?.METRICS_HOST ?? '127.0.0.1',
    temporalMetricsPort: data?.TEMPORAL_METRICS_PORT,
    environment: data?.PLATFORM_ENVIRONMENT ?? 'sandbox',
  };
}

/** What backing up and restoring need. @throws when one is missing */
export function readBackupSettings(environment: NodeJS.ProcessEnv = process.env): {
  databaseUrl: string;
  archiveUrl: string;
  key: Buffer;
} {
  const names = { DATABASE_URL: true, ARCHIVE_URL: true, BACKUP_KEY: true } as const;
  const { DATABASE_URL, ARCHIVE_URL, BACKUP_KEY } = settings.pick(names).parse(withFiles(environment));
  if (BACKUP_KEY === undefined) throw new Error('Set BACKUP_KEY (or BACKUP_KEY_FILE): 32 bytes in base64.');
  return { databaseUrl: DATABASE_URL, archiveUrl: ARCHIVE_URL, key: Buffer.from(BACKUP_KEY, 'base64') };
}

/** Only the database's address, for the migrations. */
export function readDatabaseUrl(environment: NodeJS.ProcessEnv = process.env): string {
  return settings.pick({ DATABASE_URL: true }).parse(withFiles(environment)).DATABASE_URL;
}

/** Only what the check of the journal needs. @throws Error when the database or the archive is not named */
export function readJournalSettings(
  environment: NodeJS.ProcessEnv = process.env,
): Pick<Config, 'DATABASE_URL' | 'ARCHIVE_URL' | 'TSA_TRUST' | 'PLATFORM_TSA_TRUST'> {
  const needed = settings.pick({
    DATABASE_URL: true,
    ARCHIVE_URL: true,
    TSA_TRUST: true,
    PLATFORM_TSA_TRUST: true,
  });
  return needed.parse(withFiles(environment));
}

/** The settings as they are, each from the environment or from the file that `NAME_FILE` names. */
export function withFiles(
  environment: NodeJS.ProcessEnv,
  unreadable: (name: string, error: unknown) => void = (_name, error) => {
    throw error;
  },
): NodeJS.ProcessEnv {
  const values: NodeJS.ProcessEnv = {};
  for (const name of Object.keys(settings.shape)) {
    const file = environment[`${name}_FILE`];
    let value = environment[name];
    try {
      if (file !== undefined && file !== '') value = readFileSync(file, 'utf8').trim();
    } catch (error) {
      unreadable(name, error);
    }
    if (value !== undefined && value !== '') values[name] = value;
  }
  return values;
}
