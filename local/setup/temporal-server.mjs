import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SetupError, ask, root, step } from './shell.mjs';

const cache = path.join(root, '.cache');
const recipe = path.join(root, 'ops', 'temporal', 'server');
const server = 'go.temporal.io/server';

/**
 * Builds Temporal's server and its schema tool from their Go module, in the version and with the hashes that
 * ops/temporal/server pins, once into .cache/. Answers where programs and schema files are.
 */
export async function buildTemporalServer() {
  const version = new RegExp(`${server} v(\\S+)`).exec(readFileSync(path.join(recipe, 'go.mod'), 'utf8'))[1];
  const home = path.join(cache, `temporal-server-${version}`);
  if (!existsSync(path.join(home, 'bin', 'temporal-server'))) await build(home, version);
  const tools = path.join(cache, 'tools.json');
  const known = existsSync(tools) ? JSON.parse(readFileSync(tools, 'utf8')) : {};
  writeFileSync(tools, JSON.stringify({ ...known, temporalServer: home }));
}

async function build(home, version) {
  if (ask('go', ['version']) === null) {
    throw new SetupError(
      "Go is missing: the rehearsal builds Temporal's server with it; install Go (1.26 or newer) and try again, or rehearse with --small.",
    );
  }
  const fresh = `${home}.part`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(path.join(fresh, 'bin'), { recursive: true });
  for (const file of ['go.mod', 'go.sum', 'programs.go'])
    cpSync(path.join(recipe, file), path.join(fresh, file));
  const compile = ['-C', fresh, 'build', '-mod=readonly', '-trimpath', '-ldflags=-s -w'];
  const go = (title, ...args) => step(title, 'go', [...compile, ...args], { CGO_ENABLED: '0', GOFLAGS: '' });
  const title = `building Temporal's server ${version} with Go (some minutes, once)`;
  await go(title, '-o', 'bin/temporal-server', `${server}/cmd/server`);
  await go("building Temporal's schema tool", '-o', 'bin/temporal-sql-tool', `${server}/cmd/tools/sql`);
  const sources = ask('go', ['-C', fresh, 'list', '-m', '-f', '{{.Dir}}', server])?.trim();
  if (!sources)
    throw new SetupError(`The sources of Temporal's server ${version} are not where Go keeps modules.`);
  cpSync(path.join(sources, 'schema'), path.join(fresh, 'schema'), { recursive: true });
  // Only a finished folder gets the name that is looked for.
  rmSync(home, { recursive: true, force: true });
  renameSync(fresh, home);
}
