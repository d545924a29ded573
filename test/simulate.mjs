import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { setUp } from '../local/setup.mjs';
import { root } from '../local/setup/shell.mjs';

// `npm run simulate -- --runs N --seed S`: random lives of contracts, in virtual time (docs/decisions/0041).
const words = process.argv.slice(2);
const after = (name) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
const env = { ...process.env, MODEL_RUNS: after('--runs') ?? '10000' };
const seed = after('--seed');
env.MODEL_SEED = seed ?? String(Date.now() % 1_000_000_000);

await setUp({ tests: true });
const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const done = spawnSync(process.execPath, [jest, 'test/simulation'], {
  cwd: root,
  env,
  stdio: 'inherit',
});
process.exitCode = done.status ?? 1;
