import { build } from './setup/build.mjs';
import { withSetupLock } from './setup/lock.mjs';
import { checkNodeVersion } from './setup/node-version.mjs';
import { installPackages } from './setup/packages.mjs';
import { SetupError } from './setup/shell.mjs';
import { buildTemporalServer } from './setup/temporal-server.mjs';
import { findTemporal } from './setup/temporal.mjs';

/**
 * Brings a fresh clone to where it runs, with Node and Python alone; does nothing, in well under a
 * second, where nothing is to do. `tests` adds what only the tests need, `server` Temporal's real
 * server; `packagesOnly` stops after the packages. A fault that a person can mend ends the process with one sentence and status 1.
 */
export async function setUp({ tests = false, server = false, packagesOnly = false } = {}) {
  try {
    checkNodeVersion();
    await withSetupLock(async () => {
      await installPackages();
      if (packagesOnly) return;
      await findTemporal({ cli: tests || server || !process.env.TEMPORAL_ADDRESS, testServer: tests });
      if (server) await buildTemporalServer();
      await build();
    });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`paraphe: ${error.message}\n`);
    process.exit(1);
  }
}

if (/[\\/]local[\\/]setup(\.mjs)?$/.test(process.argv[1] ?? '')) {
  await setUp({ tests: process.argv.includes('--tests'), packagesOnly: process.argv.includes('--dev') });
}
