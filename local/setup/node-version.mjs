import { SetupError } from './shell.mjs';

const floor = [20, 19];

/** Refuses a Node that the dependencies do not run on. */
export function checkNodeVersion(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > floor[0] || (major === floor[0] && minor >= floor[1])) return;
  throw new SetupError(
    `paraphe needs Node ${floor.join('.')} or newer, this is ${version}: install a newer Node and run the command again.`,
  );
}
