import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { readOps, ruleGroups, type RuleGroup } from './ops-names.js';

/** Files of cases for `promtool test rules`. */
export const CASE_FILES = ['alerts.test.yml', 'alerts-slow.test.yml'];

interface Case {
  readonly alert_rule_test: { alertname: string; exp_alerts?: unknown[] | null }[];
}

/** The cases of a file, beside what holds for all of them. */
export function readCases(name: string): { tests: Case[] } {
  return parse(readOps(name)) as { tests: Case[] };
}

/** Cases that one call is given: each is computed over all rules of the call, minute by minute of its days. */
const AT_ONCE = 6;

/** Runs `promtool test rules` over a file of cases, a few at a time with the rules that these are about. @returns its complaints */
export function testRules(name: string): string[] {
  const { tests, ...rest } = readCases(name);
  const groups = ruleGroups();
  const folder = mkdtempSync(path.join(tmpdir(), 'paraphe-ops-'));
  try {
    const complaints: string[] = [];
    for (let at = 0; at < tests.length; at += AT_ONCE) {
      const some = tests.slice(at, at + AT_ONCE);
      writeFileSync(path.join(folder, 'rules.yml'), stringify({ groups: rulesOf(some, groups) }));
      const file = path.join(folder, 'cases.yml');
      writeFileSync(file, stringify({ ...rest, rule_files: ['rules.yml'], tests: some }));
      const { status, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
      if (status !== 0) complaints.push(stderr);
    }
    return complaints;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The alerts that the cases name, and the recordings that these read. */
function rulesOf(cases: Case[], groups: RuleGroup[]): RuleGroup[] {
  const names = new Set(cases.flatMap((one) => one.alert_rule_test.map(({ alertname }) => alertname)));
  const all = groups.flatMap(({ rules }) => rules);
  let wanted = all.filter(({ alert }) => alert !== undefined && names.has(alert));
  for (let before = 0; before < wanted.length;) {
    before = wanted.length;
    const read = wanted.map(({ expr }) => expr).join('\n');
    wanted = all.filter(
      (rule) => wanted.includes(rule) || (rule.record !== undefined && read.includes(rule.record)),
    );
  }
  return groups.map((group) => ({ ...group, rules: group.rules.filter((rule) => wanted.includes(rule)) }));
}
