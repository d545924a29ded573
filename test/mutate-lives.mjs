import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setUp } from '../local/setup.mjs';
import { root } from '../local/setup/shell.mjs';
import { MUTATIONS } from './support/simulation/mutations.mjs';

// `npm run simulate:mutants -- [--runs N] [--seed S] [WORD…]`: breaks the product in one place after the other and says
// which life, or which test, notices (docs/decisions/0041). Run it where nobody else edits: it puts each file back.
const words = process.argv.slice(2);
const take = (name, otherwise) => {
  const at = words.indexOf(name);
  return at === -1 ? otherwise : words.splice(at, 2)[1];
};
const runs = take('--runs', '2000');
const seed = take('--seed', '1');

await setUp({ tests: true });
let survivors = 0;
for (const mutation of MUTATIONS.filter(({ name }) => words.every((word) => name.includes(word)))) {
  const began = Date.now();
  const caught = broken(mutation, () => run(mutation));
  if (caught === null) survivors += 1;
  const seconds = Math.round((Date.now() - began) / 1000);
  process.stdout.write(`${mutation.name} | ${caught ?? 'SURVIVES'} | ${seconds} s\n`);
}
process.exitCode = survivors === 0 ? 0 : 1;

function broken({ file, from, to }, work) {
  const name = path.join(root, file);
  const whole = readFileSync(name, 'utf8');
  if (whole.split(from).length !== 2) throw new Error(`${file} has not once: ${from}`);
  writeFileSync(
    name,
    whole.replace(from, () => to),
  );
  try {
    return work();
  } finally {
    writeFileSync(name, whole);
  }
}

/** @returns who noticed, or null */
function run({ test }) {
  const jest = path.join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const env = { ...process.env, MODEL_RUNS: runs, MODEL_SEED: seed, MODEL_SHRINK_MS: '1' };
  const args = [jest, test ?? 'test/simulation'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' });
  if (status === 0) return null;
  const said = stdout + stderr;
  const [, life, rules] = /life (\d+): broken: ([^\n]*)/.exec(said) ?? [];
  if (life !== undefined) return `life ${life}: ${rules}`;
  const [, name] = /● (.*)/.exec(said) ?? [];
  return name ?? `ended with ${status}: ${said.slice(-500)}`;
}
