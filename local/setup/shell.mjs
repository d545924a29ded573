import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** A condition that the person at the keyboard can mend: shown as one sentence, without a stack. */
export class SetupError extends Error {}

/** Runs a program and gives its standard output, or null when it can't be run or fails. */
export function ask(command, args) {
  const done = spawnSync(command, args, { encoding: 'utf8', timeout: 30_000 });
  return done.status === 0 ? done.stdout : null;
}

/** Runs a long step with its name on the screen; what it printed is shown only when it fails. */
export async function step(title, command, args, env = {}) {
  const began = Date.now();
  process.stderr.write(`paraphe: ${title}…\n`);
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const ticking = setInterval(
    () => process.stderr.write(`paraphe: ${title}, ${seconds(began)} s…\n`),
    15_000,
  );
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      output += error.message;
      resolve(-1);
    });
    child.once('close', resolve);
  });
  clearInterval(ticking);
  if (code !== 0) throw new SetupError(`${title} failed:\n${output.trim()}`);
  process.stderr.write(`paraphe: ${title}: done in ${seconds(began)} s\n`);
}

function seconds(began) {
  return Math.round((Date.now() - began) / 1000);
}
