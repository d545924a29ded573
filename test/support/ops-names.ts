import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

const ops = path.join(__dirname, '..', '..', 'ops');

export interface Alert {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

export function opsFile(name: string): string {
  return path.join(ops, name);
}

export function readOps(name: string): string {
  return readFileSync(opsFile(name), 'utf8');
}

export interface RuleGroup {
  readonly rules: Alert[];
}

export function ruleGroups(): RuleGroup[] {
  return (parse(readOps('alerts.yml')) as { groups: RuleGroup[] }).groups;
}

/** Every rule, recording ones included. */
export function rules(): Alert[] {
  return ruleGroups().flatMap((group) => group.rules);
}

interface Dashboard {
  readonly title: string;
  readonly panels: {
    title: string;
    targets: { expr: string }[];
    fieldConfig?: { defaults?: { unit?: string } };
  }[];
}

export function dashboards(): Dashboard[] {
  const folder = opsFile('grafana/dashboards');
  return readdirSync(folder).map(
    (name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as Dashboard,
  );
}

/** Metrics that rules and panels ask for, recorded ones left out; with who asks. */
export function askedNames(): Map<string, string> {
  const asked = new Map<string, string>();
  const all = rules();
  const recorded = new Set(all.map(({ record }) => record));
  const note = (expr: string, who: string): void => {
    for (const name of namesIn(expr)) if (!recorded.has(name)) asked.set(name, who);
  };
  for (const rule of all) note(rule.expr, rule.alert ?? rule.record ?? '');
  for (const { title, panels } of dashboards())
    for (const panel of panels) for (const { expr } of panel.targets) note(expr, `${title}: ${panel.title}`);
  return asked;
}

/** Names of metrics in a query: words with an underscore or a colon outside of braces, `by (…)` and strings. */
function namesIn(expr: string): string[] {
  const bare = expr
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\b(by|on|without|ignoring)\s*\([^)]*\)/g, '');
  const words = bare.match(/[a-zA-Z_:][\w:]*/g) ?? [];
  return words.filter((word) => /^(paraphe|temporal|http|db)[_:]/.test(word));
}
