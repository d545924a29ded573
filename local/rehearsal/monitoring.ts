import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { freePort } from '../ports.js';
import { LocalError, projectRoot } from '../project.js';
import { readyWhen } from '../process/readiness.js';
import type { Service } from '../process/service.js';
import type { Home } from '../stack/home.js';
import type { Supervisor } from '../supervisor.js';
import { openAlertHook, type AlertHook } from './alert-hook.js';
import type { Fleet, Kind } from './fleet.js';
import type { Site } from './site.js';

/** Prometheus and Alertmanager with the files of ops/, in which only addresses are replaced. */
export interface Monitoring {
  /** Tells Prometheus what there is to read now: production asks DNS. */
  readonly scrape: (fleet: Fleet, site: Site) => void;
  /** Names of the alerts that fire, as Prometheus says. */
  readonly firing: () => Promise<Set<string>>;
  /** What Alertmanager has told. */
  readonly hook: AlertHook;
  /** Starts Prometheus anew, without its past; with `short`, what must last `for` minutes must last 6 s. */
  readonly begin: (rules: 'as they are' | 'short') => Promise<void>;
  readonly version: string;
}

export interface MonitoringDeps {
  readonly home: Home;
  readonly supervisor: Supervisor;
}

const JOBS = ['paraphe-api', 'paraphe-worker', 'paraphe-worker-temporal', 'temporal'] as const;
/** Production reads each 15 s; a rehearsal has less time. */
const INTERVAL = '5s';
const SHORT_FOR = '6s';

/** @throws LocalError when the programs are not installed */
export async function startMonitoring({ home, supervisor }: MonitoringDeps): Promise<Monitoring> {
  const programs = {
    prometheus: find('prometheus'),
    alertmanager: find('prometheus-alertmanager', 'alertmanager'),
  };
  const folder = home.at('monitoring');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const ports = { prometheus: await freePort(), alertmanager: await freePort() };
  const hook = await openAlertHook();
  const targets = (job: string) => path.join(folder, `${job}.json`);
  const set = (job: string, list: number[]) =>
    replaceFile(targets(job), JSON.stringify([{ targets: list.map((port) => `127.0.0.1:${port}`) }]));
  for (const job of JOBS) set(job, []);
  writeFileSync(path.join(folder, 'prometheus.yml'), prometheusFile(ports.alertmanager, targets));
  writeFileSync(path.join(folder, 'alertmanager.yml'), alertmanagerFile(hook));
  await supervisor.start(alertmanagerService(programs.alertmanager, folder, ports.alertmanager));
  const begin = async (rules: 'as they are' | 'short', isFirst = false): Promise<void> => {
    if (!isFirst) await supervisor.end('prometheus', 5_000);
    rmSync(path.join(folder, 'data'), { recursive: true, force: true });
    const text = readFileSync(path.join(projectRoot, 'ops', 'alerts.yml'), 'utf8');
    writeFileSync(path.join(folder, 'alerts.yml'), rules === 'short' ? shortened(text) : text);
    await supervisor.start(prometheusService(programs.prometheus, folder, ports.prometheus));
  };
  await begin('as they are', true);
  return {
    hook,
    begin,
    version: versionOf(programs.prometheus),
    scrape(fleet, site) {
      const of = (kind: Kind) => fleet.running(kind);
      set(
        'paraphe-api',
        of('api').map(({ metricsPort }) => metricsPort),
      );
      set(
        'paraphe-worker',
        of('worker').map(({ metricsPort }) => metricsPort),
      );
      set(
        'paraphe-worker-temporal',
        of('worker').map(({ temporalMetricsPort }) => temporalMetricsPort),
      );
      set('temporal', site.temporal.metricsPort === null ? [] : [site.temporal.metricsPort]);
    },
    async firing() {
      const answer = await fetch(`http://127.0.0.1:${ports.prometheus}/api/v1/alerts`);
      const { data } = (await answer.json()) as {
        data: { alerts: { state: string; labels: Record<string, string> }[] };
      };
      const firing = data.alerts.filter(({ state }) => state === 'firing');
      return new Set(firing.map(({ labels }) => labels['alertname'] ?? ''));
    },
  };
}

/** Waits of minutes become seconds; thresholds and expressions stay. */
function shortened(rules: string): string {
  return rules.replaceAll(/^( +for: ).*$/gm, `$1${SHORT_FOR}`);
}

function prometheusFile(alertmanager: number, targets: (job: string) => string): string {
  let job = '';
  const lines = read('prometheus.yml').split('\n');
  const rewritten = lines.flatMap((line) => {
    job = /job_name: (\S+)/.exec(line)?.[1] ?? job;
    // There is no collector here.
    if (job === 'collector') return [];
    if (job !== '' && /(dns_sd|static)_configs:/.test(line))
      return [`    file_sd_configs: [{ files: ['${targets(job)}'], refresh_interval: 1s }]`];
    return [line.replace(/_interval: 15s/, `_interval: ${INTERVAL}`)];
  });
  const known = rewritten.filter((line) => line.includes('file_sd_configs')).length;
  if (known !== JOBS.length)
    throw new LocalError('ops/prometheus.yml has other jobs than the rehearsal knows.');
  return rewritten.join('\n').replace('alertmanager:9093', `127.0.0.1:${alertmanager}`);
}

/** Debian's Alertmanager is older than `url_file`; and nothing waits 30 s here for company. */
function alertmanagerFile(hook: AlertHook): string {
  const text = read('alertmanager.yml').replace('group_wait: 30s', 'group_wait: 3s');
  return text.replaceAll(
    /url_file: \/run\/secrets\/alert_(\w+)_url/g,
    (_, kind) => `url: '${hook.url}/${kind}'`,
  );
}

/** Whole at any moment: Prometheus reads it when it likes. */
function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
}

function read(name: string): string {
  return readFileSync(path.join(projectRoot, 'ops', name), 'utf8');
}

function prometheusService(command: string, folder: string, port: number): Service {
  const args = [
    `--config.file=${path.join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${path.join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=warn',
  ];
  return { name: 'prometheus', command, args, env: {}, ready: (probe) => readyWhen(probe, healthy(port)) };
}

function alertmanagerService(command: string, folder: string, port: number): Service {
  const args = [
    `--config.file=${path.join(folder, 'alertmanager.yml')}`,
    `--storage.path=${path.join(folder, 'alertmanager')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
    '--log.level=warn',
  ];
  return { name: 'alertmanager', command, args, env: {}, ready: (probe) => readyWhen(probe, healthy(port)) };
}

function healthy(port: number): () => Promise<boolean> {
  return async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok;
}

function find(...names: string[]): string {
  for (const name of names) if (spawnSync(name, ['--version']).status === 0) return name;
  throw new LocalError(
    `${names[0]} is missing: install it (Debian: apt install prometheus prometheus-alertmanager), or rehearse with --small.`,
  );
}

function versionOf(command: string): string {
  const { stdout, stderr } = spawnSync(command, ['--version'], { encoding: 'utf8' });
  return /version (\S+)/.exec(stdout + stderr)?.[1] ?? 'unknown';
}
