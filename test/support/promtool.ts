import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { readOps, type Alert } from './ops-names.js';

interface Case {
  readonly name?: string;
  readonly alert_rule_test: { readonly alertname: string }[];
}
interface Cases {
  readonly tests: Case[];
}
interface Rules {
  readonly groups: { readonly rules: Alert[] }[];
}

/** Cases that one call is given: each is computed over all rules of the call, minute by minute of its days. */
const AT_ONCE = 6;

/** Runs `promtool test rules` over a file of cases, a few at a time with the rules that these are about. @returns its complaints */
export function testRules(name: string): string[] {
  const { tests, ...rest } = parse(readOps(name)) as Cases;
  const folder = mkdtempSync(path.join(tmpdir(), 'paraphe-ops-'));
  try {
    const complaints: string[] = [];
    for (let at = 0; at < tests.length; at += AT_ONCE) {
      const some = tests.slice(at, at + AT_ONCE);
      writeFileSync(path.join(folder, 'rules.yml'), stringify(rulesOf(some)));
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
function rulesOf(cases: Case[]): Rules {
  const names = new Set(cases.flatMap((one) => one.alert_rule_test.map(({ alertname }) => alertname)));
  const { groups } = parse(readOps('alerts.yml')) as Rules;
  const all = groups.flatMap(({ rules }) => rules);
  let wanted = all.filter(({ alert }) => alert !== undefined && names.has(alert));
  for (let before = 0; before < wanted.length;) {
    before = wanted.length;
    const read = wanted.map(({ expr }) => expr).join('\n');
    wanted = all.filter(
      (rule) => wanted.includes(rule) || (rule.record !== undefined && read.includes(rule.record)),
    );
  }
  const some = groups.map((group) => ({
    ...group,
    rules: group.rules.filter((rule) => wanted.includes(rule)),
  }));
  return { groups: some };
}
