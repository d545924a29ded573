import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setUp } from '../local/setup.mjs';
import { root } from '../local/setup/shell.mjs';
import { endRun, openRun } from './support/run-servers.cjs';

const lives = (MODEL_SEED, MODEL_RUNS) => ({
  name: `simulation, ${MODEL_RUNS} lives of seed ${MODEL_SEED}`,
  folders: ['simulation'],
  workers: 1,
  env: { MODEL_SEED, MODEL_RUNS },
});

// Two lines beside each other, about as long. In the one, suites run two at a time; in the other those that have a
// whole stack of their own run alone, and then random lives, 2,000 in all.
const lines = [
  [
    { name: 'unit, integration, replay', folders: ['unit', 'integration', 'replay'], workers: 2 },
    { name: 'workflow', folders: ['workflow'], workers: 2 },
  ],
  [{ name: 'acceptance', folders: ['acceptance'], workers: 1 }, lives('1', '1600'), lives('2', '400')],
];

const wanted = process.argv.slice(2);
let passed = 0;
let failed = 0;
let finished = false;
let reports = 0;
let folder = null;
// The last line comes in any case: a set-up that breaks off is a failure as well.
process.on('exit', () => {
  if (folder !== null) endRun(folder);
  if (!finished) failed += 1;
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
});

await setUp({ tests: true });
// One PostgreSQL, one bundle of the workflows for all rings: each takes seconds of a processor.
folder = openRun();
await Promise.all(lines.map(follow));
if (passed + failed === 0) process.stderr.write('No test was found.\n');
finished = true;
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/** Runs the rings of a line one after another. */
async function follow(line) {
  for (const rings of line) {
    const counts = await run(rings);
    passed += counts.passed;
    failed += counts.failed;
  }
}

/** Runs rings by Jest; a suite that could not run, or a run that broke off, counts as a failure. */
async function run({ name, folders, workers, env = {} }) {
  reports += 1;
  const report = path.join(root, '.cache', `tests-${process.pid}-${reports}.json`);
  mkdirSync(path.dirname(report), { recursive: true });
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const places = folders.map((folder) => `[/\\\\]test[/\\\\]${folder}[/\\\\]`);
  const args = [jest, `--maxWorkers=${workers}`, '--passWithNoTests', '--json', `--outputFile=${report}`];
  process.stderr.write(`paraphe: tests: ${name}\n`);
  const child = spawn(process.execPath, [...args, '--testPathPatterns', ...patterns(places)], {
    cwd: root,
    env: { ...env, ...process.env, PARAPHE_WHOLE_RUN: folder },
    // Jest's JSON goes to the file; the screen gets what its reporter says.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [status] = await once(child, 'exit');
  const counts = read(report);
  rmSync(report, { force: true });
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** Words given to `npm test --` narrow each ring to the suites whose path holds one of them. */
function patterns(places) {
  return wanted.length === 0 ? places : places.flatMap((place) => wanted.map((word) => `${place}.*${word}`));
}

function read(report) {
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const result = JSON.parse(readFileSync(report, 'utf8'));
  return { passed: result.numPassedTests, failed: result.numFailedTests + result.numRuntimeErrorTestSuites };
}
