import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { GAUGES } from '../../store/gauges.js';
import { dashboards, readOps, rules } from '../support/ops-names.js';
import { CASE_FILES, readCases, testRules } from '../support/promtool.js';

const alerts = rules().filter(({ alert }) => alert !== undefined);

const cases = CASE_FILES.flatMap((name) => readCases(name).tests.flatMap((one) => one.alert_rule_test));

test('every alert says its urgency, its reason and where its threshold comes from', () => {
  expect(alerts.length).toBeGreaterThan(40);
  for (const { alert, labels, annotations } of alerts) {
    expect([alert, labels?.['severity']]).toEqual([alert, expect.stringMatching(/^(page|ticket|watchdog)$/)]);
    for (const member of ['summary', 'reason', 'threshold'])
      expect([alert, member, annotations?.[member] ?? '']).toEqual([
        alert,
        member,
        expect.stringMatching(/\w{3}/),
      ]);
  }
});

test('every alert leads to its own section of the runbook, which says where to look and how to mend', () => {
  const sections = new Map(
    readOps('runbook.md')
      .split(/^## /m)
      .map((text) => [text.split('\n')[0]!, text]),
  );
  for (const { alert, annotations } of alerts) {
    expect(annotations?.['runbook']).toBe(`ops/runbook.md#${alert!.toLowerCase()}`);
    expect(sections.get(alert!)).toMatch(/- Look: .+\n- Mend: .+/);
  }
});

test('every alert has a case in which it fires and one in which it is silent', () => {
  for (const { alert } of alerts) {
    const mine = cases.filter(({ alertname }) => alertname === alert);
    expect([alert, mine.some(({ exp_alerts: expected }) => (expected ?? []).length > 0)]).toEqual([
      alert,
      true,
    ]);
    // The watchdog always fires: that is its use.
    if (alert !== 'Watchdog')
      expect([alert, mine.some(({ exp_alerts: expected }) => (expected ?? []).length === 0)]).toEqual([
        alert,
        true,
      ]);
  }
});

test('the alerts fire and are silent as their cases say', () => {
  if (!isThere('promtool'))
    return process.emitWarning('promtool is not here: the cases of the alerts did not run');
  for (const name of CASE_FILES) expect([name, testRules(name)]).toEqual([name, []]);
}, 600_000);

test('Alertmanager sends each urgency to its receiver', () => {
  const config = parse(readOps('alertmanager.yml')) as {
    route: { receiver: string; routes: { matchers: string[]; receiver: string }[] };
    receivers: { name: string }[];
  };
  const { routes, receiver } = config.route;
  expect(receiver).toBe('tickets');
  expect(routes.map((route) => [route.matchers[0], route.receiver])).toEqual([
    ['severity="watchdog"', 'watchdog'],
    ['severity="page"', 'pages'],
  ]);
  if (!isThere('amtool')) return;
  // Debian's version knows no files for addresses yet.
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'paraphe-ops-')), 'alertmanager.yml');
  writeFileSync(
    file,
    readOps('alertmanager.yml').replaceAll(/url_file: \S+,/g, "url: 'http://127.0.0.1:9',"),
  );
  expect(execFileSync('amtool', ['check-config', file], { encoding: 'utf8' })).toContain('SUCCESS');
});

test('what inhibits and what is inhibited are alerts that exist', () => {
  const { inhibit_rules: inhibitions } = parse(readOps('alertmanager.yml')) as {
    inhibit_rules: { source_matchers: string[]; target_matchers: string[] }[];
  };
  const known = new Set(alerts.map(({ alert }) => alert));
  const named = inhibitions.flatMap(({ source_matchers: source, target_matchers: target }) =>
    [...source, ...target].flatMap((matcher) => /"(.*)"/.exec(matcher)![1]!.split('|')),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test("what is said of our workers is not said of those that Temporal's server has itself", () => {
  const panels = dashboards().flatMap((dashboard) => dashboard.panels.flatMap(({ targets }) => targets));
  const exprs = [...rules(), ...panels].map(({ expr }) => expr);
  const named = exprs.flatMap(
    (expr) => expr.match(/\btemporal_\w+(\{service_name="temporal-core-sdk")?/g) ?? [],
  );
  expect(named.length).toBeGreaterThan(10);
  for (const name of named) expect(name).toMatch(/\{service_name="temporal-core-sdk"$/);
});

test('there is a dashboard for each part, and no panel without a query', () => {
  expect(
    dashboards()
      .map(({ title }) => title)
      .sort(),
  ).toEqual([
    'Contracts and deadlines',
    'Objectives',
    'Quota and SMS',
    'Security and privacy',
    'Temporal',
    'Webhooks and mails',
  ]);
  for (const { panels } of dashboards())
    for (const { title, targets } of panels) expect([title, targets.length > 0]).toEqual([title, true]);
});

test('panels show what counters do in a time, and what every worker says once', () => {
  const exprs = dashboards().flatMap(({ panels }) =>
    panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  );
  for (const [title, expr] of exprs) {
    // A counter by itself only says how long its process has been running.
    for (const { 0: name, index } of expr.matchAll(
      /\b[a-z_]+_(total|bucket|count|failed|failure)\b(?=[{[])/g,
    ))
      expect([title, name, expr.slice(0, index)]).toEqual([
        title,
        name,
        expect.stringMatching(/(rate|increase)\($/),
      ]);
    for (const { name } of GAUGES)
      if (expr.includes(name))
        expect([title, expr]).toEqual([title, expect.not.stringMatching(/\b(sum|avg|count)\b/)]);
  }
  const units = dashboards().flatMap(({ panels }) => panels);
  for (const { title, targets, fieldConfig } of units)
    if (targets.every(({ expr }) => /_seconds(_bucket|\b)/.test(expr)))
      expect([title, fieldConfig?.defaults?.unit]).toEqual([title, 's']);
});

function isThere(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}
