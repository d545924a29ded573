import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { verifyJournalCommand } from '../worker/verify-journal-command.js';
import { findRunningStack } from './demo/running-stack.js';

const EXIT_USAGE = 64;

/** The settings of the local edition that runs here, where the environment names no database. */
function environment(): NodeJS.ProcessEnv {
  if (process.env['DATABASE_URL'] !== undefined || process.env['DATABASE_URL_FILE'] !== undefined)
    return process.env;
  const home = path.resolve(process.env['PARAPHE_HOME'] ?? '.paraphe');
  const stack = findRunningStack(home);
  if (stack === null)
    throw new Error('No local edition runs here: start it, or set DATABASE_URL and ARCHIVE_URL');
  return {
    ARCHIVE_URL: pathToFileURL(path.join(home, 'archive')).href,
    ...process.env,
    DATABASE_URL: stack.databaseUrl,
  };
}

async function main(): Promise<void> {
  try {
    process.exitCode = await verifyJournalCommand(process.argv.slice(2), environment(), (text) =>
      process.stdout.write(text),
    );
  } catch (error) {
    process.stderr.write(`verify-journal: ${(error as Error).message}\n`);
    process.exitCode = EXIT_USAGE;
  }
}

void main();
