import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import path from 'node:path';
import type { PhaseResult } from './finding.js';
import type { Topology } from './topology.js';
import type { Version } from './version.js';

export interface ReportDeps {
  readonly topology: Topology;
  readonly before: Version | null;
  readonly results: readonly PhaseResult[];
  /** Phases that were not begun, because the time was over. */
  readonly left: readonly string[];
  readonly began: Date;
  readonly ended: Date;
}

/** Writes report.md and report.json. @returns the first's path */
export function writeReport(deps: ReportDeps): string {
  const folder = path.join(deps.topology.options.home, 'rehearsal');
  mkdirSync(folder, { recursive: true });
  const facts = factsOf(deps);
  const { results, left } = deps;
  writeFileSync(path.join(folder, 'report.json'), `${JSON.stringify({ facts, results, left }, null, 2)}\n`);
  const file = path.join(folder, 'report.md');
  writeFileSync(
    file,
    `${[heading(deps), ...Object.entries(facts).map(line), '', ...results.map(section)].join('\n')}\n`,
  );
  return file;
}

export function passed({ results, left }: Pick<ReportDeps, 'results' | 'left'>): boolean {
  return left.length === 0 && results.every(({ findings }) => findings.every(({ ok }) => ok));
}

function factsOf({ topology, before, began, ended }: ReportDeps): Record<string, string> {
  const { small, seed, contracts } = topology.options;
  const monitoring = topology.monitoring;
  return {
    when: `${began.toISOString()}, ${Math.round((ended.getTime() - began.getTime()) / 1000)} s`,
    machine: `${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
    temporal: small
      ? 'development server (--small)'
      : "the server's Go module on PostgreSQL, pgx, as docker-compose.yml says",
    'in place of Caddy': "a balancer of our own that looks at /readyz: no engine's image can be had here",
    monitoring:
      monitoring === null
        ? 'none (--small)'
        : `Prometheus ${monitoring.version}; addresses rewritten, read each 5 s in place of 15, tickets gathered for 3 s in place of 30; no collector, no Grafana`,
    ...(before === null ? {} : { 'version before': before.name }),
    options: `seed ${seed}, ${contracts} contracts`,
  };
}

function heading(deps: ReportDeps): string {
  const word = passed(deps) ? 'passed' : 'failed';
  const left =
    deps.left.length === 0 ? '' : `\n\nNot begun, because the time was over: ${deps.left.join(', ')}.`;
  return `# Rehearsal: ${word}${left}\n`;
}

const line = ([name, value]: [string, string]): string => `- ${name}: ${value}`;

function section({ phase, seconds, findings, notes }: PhaseResult): string {
  const rows = findings.map(
    ({ what, ok, seen }) =>
      `| ${ok ? '✓' : '✗'} | ${what} | ${seen.replaceAll('|', '\\|').replaceAll('\n', ' ')} |`,
  );
  const list = notes.map((note) => `- ${note}`);
  return [
    `## ${phase}, ${seconds} s`,
    '',
    '| | what | seen |',
    '| --- | --- | --- |',
    ...rows,
    '',
    ...list,
    '',
  ].join('\n');
}
