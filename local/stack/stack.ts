import { claimHome } from '../process/run-record.js';
import { requirePort } from '../ports.js';
import { createSupervisor, type Supervisor } from '../supervisor.js';
import { migrateDatabase, startDatabase } from './database.js';
import { removeDescription, writeDescription, type StackDescription } from './description.js';
import { openHome, type Home } from './home.js';
import { createStackLog } from './log.js';
import { startMailbox } from './mailbox.js';
import { apiService, apiUrl, localKeys, productEnv, workerService } from './product.js';
import type { StackSettings } from './settings.js';
import { startTemporal } from './temporal.js';
import { startTwin, type RunningTwin } from './twin.js';

export interface Stack {
  readonly description: StackDescription;
  /** Ends every program; resolves within 10 s. */
  readonly stop: () => Promise<void>;
}

interface Base {
  readonly databaseUrl: string;
  readonly temporal: { address: string; ui: string | null };
  readonly mailbox: { smtpUrl: string; url: string | null };
  readonly twin: RunningTwin | null;
}

/**
 * Starts what the environment does not give: PostgreSQL, Temporal, mailbox, twin, then api and worker;
 * writes local.json when all is ready. When something fails, all that was started is ended first.
 * Aborting the signal stops a start that is under way.
 */
export async function startStack(settings: StackSettings, signal: AbortSignal): Promise<Stack> {
  const record = await claimHome(settings.home);
  const home = openHome(settings.home);
  const file = home.at('local.json');
  removeDescription(file);
  const log = createStackLog(home.at('logs'), settings.verbose ? 'all' : 'warnings');
  let publish = () => undefined as void;
  const supervisor = createSupervisor({
    line: log.line,
    news: log.news,
    started: (name, pid) => {
      record.note(name, pid);
      publish();
    },
  });
  const stop = async () => {
    publish = () => undefined;
    removeDescription(file);
    await supervisor.stop();
    record.clear();
    log.close();
  };
  const abort = () => void supervisor.stop();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await requirePort(settings.apiPort, 'the API', 'API_PORT');
    const base = await startBase(home, settings, supervisor);
    const parts = await startProduct(home, settings, base, supervisor);
    const describe = () => ({ ...parts, processes: supervisor.pids() });
    publish = () => writeDescription(file, describe());
    publish();
    return { description: describe(), stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** The servers that the product needs, side by side as far as they do not need one another. */
async function startBase(home: Home, settings: StackSettings, supervisor: Supervisor): Promise<Base> {
  const mailbox = settings.smtpUrl
    ? Promise.resolve({ smtpUrl: settings.smtpUrl, url: null })
    : startMailbox(home, supervisor);
  const twin = settings.platformUrl
    ? Promise.resolve(null)
    : mailbox.then(({ smtpUrl }) => startTwin(home, supervisor, settings, smtpUrl));
  const temporal = settings.temporalAddress
    ? Promise.resolve({ address: settings.temporalAddress, ui: null })
    : startTemporal(home, supervisor);
  const database = settings.databaseUrl
    ? migrateDatabase(settings.databaseUrl).then(() => settings.databaseUrl ?? '')
    : startDatabase(home, supervisor).then(async (url) => {
        await migrateDatabase(url);
        return url;
      });
  const parts = await Promise.all([database, temporal, mailbox, twin]);
  return { databaseUrl: parts[0], temporal: parts[1], mailbox: parts[2], twin: parts[3] };
}

async function startProduct(
  home: Home,
  settings: StackSettings,
  { databaseUrl, temporal, mailbox, twin }: Base,
  supervisor: Supervisor,
): Promise<Omit<StackDescription, 'processes'>> {
  const keys = localKeys(home, settings);
  const env = productEnv(home, settings, {
    databaseUrl,
    temporalAddress: temporal.address,
    smtpUrl: mailbox.smtpUrl,
    platform: twin?.env ?? {},
    keys,
  });
  await Promise.all([supervisor.start(apiService(settings, env)), supervisor.start(workerService(env))]);
  return {
    api: apiUrl(settings),
    temporalUi: temporal.ui,
    temporalAddress: temporal.address,
    twin: twin?.url ?? null,
    twinControl: twin?.controlUrl ?? null,
    mailbox: mailbox.url,
    databaseUrl,
    ...keys,
  };
}
