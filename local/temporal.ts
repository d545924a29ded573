import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { temporalTool } from './project.js';
import { readyWhen } from './process/readiness.js';
import type { ReadyProbe, Service } from './process/service.js';

export interface TemporalOptions {
  readonly port: number;
  /** Null: without the web interface. */
  readonly uiPort: number | null;
  readonly httpPort: number;
  /** The file that keeps everything; null keeps it in memory only. */
  readonly file: string | null;
}

const searchAttributes = {
  Client: 'Keyword',
  ContractStatus: 'Keyword',
  Deadline: 'Datetime',
  PlatformId: 'Keyword',
  Environment: 'Keyword',
};

const run = promisify(execFile);

/** Each commit costs one write to the disk instead of three, and is as safe from a power cut. */
const DURABLE = ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=2'];
/** An activity starts with the answer to the workflow task that asked for it: somebody may wait for it. */
const EAGER = ['--dynamic-config-value', 'system.enableActivityEagerExecution=true'];

/** Temporal's development server, on the loopback interface, with our search attributes. */
export function createTemporal(options: TemporalOptions): Service {
  const program = temporalTool('temporal');
  const attributes = Object.entries(searchAttributes).map(([name, type]) => `${name}=${type}`);
  const file = options.file;
  return {
    name: 'temporal',
    command: program,
    args: [
      'server',
      'start-dev',
      ...flags({ ip: '127.0.0.1', port: options.port, 'http-port': options.httpPort }),
      ...flags({ 'log-level': 'error', 'log-format': 'json' }),
      ...(options.uiPort === null
        ? ['--headless']
        : [...flags({ 'ui-port': options.uiPort }), '--ui-disable-news-fetch']),
      ...(file === null ? [] : [...flags({ 'db-filename': file }), ...DURABLE]),
      ...EAGER,
      ...attributes.flatMap((attribute) => ['--search-attribute', attribute]),
    ],
    env: {},
    foundation: true,
    prepare: () => {
      if (file !== null) mkdirSync(path.dirname(file), { recursive: true });
    },
    ready: (probe) => ready(probe, program, `127.0.0.1:${options.port}`),
  };
}

function flags(values: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

async function ready(probe: ReadyProbe, program: string, address: string): Promise<void> {
  const base = ['operator', 'search-attribute'];
  let listed = '';
  await readyWhen(probe, async () => {
    listed = (await run(program, [...base, 'list', '--address', address, '-o', 'json'])).stdout;
    return true;
  });
  // A file from before an attribute was introduced does not get it by the start's options.
  const missing = Object.entries(searchAttributes).filter(([name]) => !listed.includes(`"${name}"`));
  if (missing.length === 0) return;
  const added = missing.flatMap(([name, type]) => ['--name', name, '--type', type]);
  await run(program, [...base, 'create', '--address', address, ...added]);
}
