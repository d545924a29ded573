import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { projectRoot } from '../project.js';
import type { Findings } from './finding.js';
import type { Topology } from './topology.js';

/** Suites that speak HTTP to an instance that runs; the others start editions of their own. */
const SUITES = ['examples', 'refusals', 'listen'];

/** The acceptance suite, through the balancer to both apis. */
export async function rehearseAcceptance(topology: Topology, findings: Findings): Promise<void> {
  const report = topology.home.at('acceptance.json');
  const jest = path.join(projectRoot, 'node_modules', 'jest', 'bin', 'jest.js');
  const paths = SUITES.map((name) => `test/acceptance/${name}`);
  const args = [jest, '--runInBand', '--json', `--outputFile=${report}`, '--testPathPatterns', ...paths];
  const child = spawn(process.execPath, args, {
    cwd: projectRoot,
    env: { ...process.env, PARAPHE_LOCAL_JSON: topology.descriptionFile },
    stdio: 'ignore',
  });
  topology.record.note('acceptance', child.pid ?? -1);
  await once(child, 'close');
  if (!existsSync(report)) return findings.check('acceptance suite', false, 'it did not run');
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8')) as Result;
  const bad = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed');
  const names = bad.map(({ fullName }) => `; ${fullName}`).join('');
  const ok = numFailedTests === 0 && numPassedTests > 0;
  findings.check(
    `acceptance suite (${SUITES.join(', ')})`,
    ok,
    `${numPassedTests} passed, ${numFailedTests} failed${names}`,
  );
}

interface Result {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}
