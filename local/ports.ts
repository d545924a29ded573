import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { LocalError } from './project.js';

/**
 * Below the ports that systems give out by themselves (Linux from 32768 on, others from 49152): one of
 * those could go to any other program in the second before the program it is meant for binds it.
 */
const OURS = { from: 20_000, below: 32_768 };
const TRIES = 1_000;

/** A port of the loopback interface that is free and that the system gives to nobody who asks for any. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const port = await tryPort(randomInt(OURS.from, OURS.below));
    if (port !== null) return port;
  }
  throw new LocalError(
    `No free port was found between ${OURS.from} and ${OURS.below - 1}: stop programs that hold them.`,
  );
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
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(port)));
  });
}
