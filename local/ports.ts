import { createServer } from 'node:net';
import { LocalError } from './project.js';

/** A port of the loopback interface that was free a moment ago. */
export async function freePort(): Promise<number> {
  const port = await tryPort(0);
  if (port === null) throw new LocalError('No free port is left on this machine.');
  return port;
}

/** The wished port when it is free, else any free one. */
export async function preferPort(wished: number): Promise<number> {
  return (await tryPort(wished)) ?? (await freePort());
}

/** The port itself, or one sentence for the person who must free it. `setting` is what changes it. */
export async function requirePort(port: number, what: string, setting: string): Promise<number> {
  if ((await tryPort(port)) !== null) return port;
  throw new LocalError(
    `Port ${port}, which ${what} needs, is in use: stop the program that has it, or choose another with ${setting}.`,
  );
}

/** Listens for a moment; null when the port is taken. */
function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}
