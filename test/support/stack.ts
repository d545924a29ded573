import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { processStart } from '../../local/process/process-table.js';
import { runFolder } from './run-folder.js';
import { sharedServer } from './shared-server.js';
import { waitFor } from './wait.js';

/** `local.json` as programs read it (design.md, *Settings*). */
export interface StackFile {
  readonly api: string;
  readonly temporalUi: string;
  readonly temporalAddress: string;
  readonly twin: string;
  readonly twinControl: string;
  readonly mailbox: string;
  readonly databaseUrl: string;
  readonly key: string;
  readonly adminKey: string;
  readonly processes: Readonly<Record<string, number>>;
}

export interface StackProcess {
  readonly child: ChildProcess;
  readonly home: string;
  /** What it has printed so far. */
  readonly output: () => string;
  readonly file: () => StackFile;
  /** Resolves with its exit status. */
  readonly exited: Promise<number | null>;
}

export interface StackWish {
  /** Below dist/local/. */
  readonly main?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const root = path.join(__dirname, '..', '..');

/** The program of the local edition, built by the set-up of `npm test`, in a home of its own. */
export async function startStackProcess(
  home: string,
  { main = 'main.js', args = [], env = {} }: StackWish = {},
): Promise<StackProcess> {
  const program = path.join(root, 'dist', 'local', main);
  const port = env['API_PORT'] ?? String(await freePort());
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, PARAPHE_HOME: home, API_PORT: port, npm_lifecycle_event: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  noteStack(child);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return {
    child,
    home,
    output: () => output,
    file: () => JSON.parse(readFileSync(path.join(home, 'local.json'), 'utf8')) as StackFile,
    exited: once(child, 'close').then(([status]) => status as number | null),
  };
}

/** Ends what a test has left running, because it failed before its own end. */
export async function endStack({ child, exited }: StackProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await exited;
}

/** Waits until local.json is there; rejects with what was printed when the program ends before. */
export async function untilReady(stack: StackProcess, withinMs = 100_000): Promise<StackFile> {
  await waitFor(() => {
    if (stack.child.exitCode !== null) throw new Error(`It ended: ${stack.output()}`);
    return existsSync(path.join(stack.home, 'local.json'));
  }, withinMs);
  return stack.file();
}

/**
 * The instance that the acceptance ring speaks to: the one that PARAPHE_LOCAL_JSON describes, else a
 * local edition that is started once a run.
 */
export async function acceptanceTarget(): Promise<StackFile> {
  const given = process.env['PARAPHE_LOCAL_JSON'];
  const file = given ?? (await sharedServer('stack', startShared));
  return JSON.parse(readFileSync(file, 'utf8')) as StackFile;
}

/** The home of the local edition that is started once a run. */
export async function localHome(): Promise<string> {
  return path.dirname(await sharedServer('stack', startShared));
}

async function startShared(): Promise<string> {
  const home = path.join(runFolder(), 'stack');
  mkdirSync(home, { recursive: true });
  const program = path.join(root, 'dist', 'local', 'main.js');
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, PARAPHE_HOME: home, API_PORT: String(await freePort()), npm_lifecycle_event: '' },
    stdio: 'ignore',
    detached: true,
  });
  child.unref();
  noteStack(child);
  const file = path.join(home, 'local.json');
  await waitFor(() => {
    if (child.exitCode !== null) throw new Error('The local edition did not start.');
    return existsSync(file);
  }, 100_000);
  return file;
}

/** Not as a `.server`: at the end it is asked, because it has programs of its own to end. */
function noteStack({ pid = -1 }: ChildProcess): void {
  writeFileSync(path.join(runFolder(), `${pid}.stack`), processStart(pid) ?? '');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
