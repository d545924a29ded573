import { mkdirSync, writeFileSync } from 'node:fs';
import { freePort, preferPort } from '../ports.js';
import { LocalError } from '../project.js';
import type { Supervisor } from '../supervisor.js';
import type { Home } from './home.js';
import { nodeService } from './node-service.js';
import type { StackSettings } from './settings.js';

export interface RunningTwin {
  readonly url: string;
  readonly controlUrl: string;
  /** What connects the product with it, as settings. */
  readonly env: Readonly<Record<string, string>>;
}

/** Starts the platform's twin and fetches the anchors of its test authorities. */
export async function startTwin(
  home: Home,
  supervisor: Supervisor,
  settings: StackSettings,
  smtpUrl: string,
): Promise<RunningTwin> {
  const port = await preferPort(8090);
  const controlPort = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const controlUrl = `http://127.0.0.1:${controlPort}`;
  const keys = { user: home.secret('platform-user'), key: home.secret('platform-key') };
  const env = {
    TWIN_PORT: String(port),
    TWIN_CONTROL_PORT: String(controlPort),
    TWIN_PUBLIC_URL: url,
    TWIN_HOME: home.at('twin'),
    TWIN_RULES: settings.environment,
    TWIN_SMTP_URL: smtpUrl,
    TWIN_API_USER: keys.user,
    TWIN_API_KEY: keys.key,
    TWIN_OWNER_EMAIL: process.env['TWIN_OWNER_EMAIL'] ?? 'depositor@example.org',
  };
  await supervisor.start(nodeService('twin', 'local/twin/main.js', env));
  return { url, controlUrl, env: { ...platformEnv(url, keys), ...(await fetchTrust(home, controlUrl)) } };
}

/** The twin answers at once and knows no quota in the sandbox, so it may be asked often. */
function platformEnv(url: string, keys: { user: string; key: string }): Record<string, string> {
  return {
    PLATFORM_URL: url,
    PLATFORM_API_USER: keys.user,
    PLATFORM_API_KEY: keys.key,
    TSA_URL: process.env['TSA_URL'] ?? `${url}/tsa`,
    WATCH_MIN_INTERVAL_MS: process.env['WATCH_MIN_INTERVAL_MS'] ?? '1000',
    WATCH_MAX_INTERVAL_MS: process.env['WATCH_MAX_INTERVAL_MS'] ?? '2000',
    CREATION_GRACE_MS: process.env['CREATION_GRACE_MS'] ?? '5000',
  };
}

async function fetchTrust(home: Home, controlUrl: string): Promise<Record<string, string>> {
  const answer = await fetch(`${controlUrl}/control/trust`);
  if (!answer.ok) throw new LocalError(`The twin does not give its trust anchors (status ${answer.status}).`);
  const trust = (await answer.json()) as { signerTrustPem: string; tsaTrustPem: string };
  mkdirSync(home.at('trust'), { recursive: true });
  writeFileSync(home.at('trust', 'signer.pem'), trust.signerTrustPem);
  writeFileSync(home.at('trust', 'tsa.pem'), trust.tsaTrustPem);
  return {
    PLATFORM_SIGNER_TRUST: process.env['PLATFORM_SIGNER_TRUST'] ?? home.at('trust', 'signer.pem'),
    PLATFORM_TSA_TRUST: process.env['PLATFORM_TSA_TRUST'] ?? home.at('trust', 'tsa.pem'),
  };
}
