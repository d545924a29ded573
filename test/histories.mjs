import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { setUp } from '../local/setup.mjs';
import { root } from '../local/setup/shell.mjs';

// `npm run histories`: stores a history of each path that the lifecycle tests take, for test/replay.
await setUp({ tests: true });
const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
const suites = ['creation', 'signing', 'ending', 'proving', 'giving-up', 'races', 'stuck'].map(
  (name) => `test/workflow/contract-${name}`,
);
const done = spawnSync(process.execPath, [jest, '--maxWorkers=1', ...suites], {
  cwd: root,
  env: { ...process.env, RECORD_HISTORIES: '1' },
  stdio: 'inherit',
});
process.exitCode = done.status ?? 1;
