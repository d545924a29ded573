import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { waitFor } from './wait.js';

export interface Program {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Waits until it has printed that. */
  readonly said: (words: string) => Promise<void>;
  /** Asks it to end; how it ended and after how long. */
  readonly stop: () => Promise<{ status: number | null; tookMs: number }>;
}

/** One of the product's programs, as `npm test`'s set-up has built it. */
export function startProgram(main: string, env: Record<string, string>): Program {
  const file = path.join(__dirname, '..', '..', 'dist', main);
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = once(child, 'exit').then(([status]) => status as number | null);
  return {
    child,
    output: () => output,
    said: async (words) => {
      await waitFor(() => {
        if (child.exitCode !== null) throw new Error(`It ended: ${output}`);
        return output.includes(words);
      }, 60_000);
    },
    async stop() {
      const began = Date.now();
      child.kill('SIGTERM');
      return { status: await exited, tookMs: Date.now() - began };
    },
  };
}

/** Passes on connections to `to`, from a port chosen before: a server that was not there until now. */
export async function openDoor(port: number, to: string): Promise<{ close: () => void }> {
  const { hostname, port: target } = new URL(to.includes('://') ? to : `tcp://${to}`);
  const server = createServer((socket) => {
    const other = connect(Number(target), hostname);
    socket.pipe(other).pipe(socket);
    for (const one of [socket, other]) one.on('error', () => (socket.destroy(), other.destroy()));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { close: () => void server.close() };
}
