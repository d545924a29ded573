import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface Listening {
  port: number;
  process: ChildProcess;
  stop(): Promise<void>;
}

/** Starts a program that says its port in a line of JSON. */
export async function startListening(file: string, env: NodeJS.ProcessEnv = {}): Promise<Listening> {
  const child = spawn(process.execPath, [file], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as { port?: number };
      if (said.port !== undefined) resolve(said.port);
    });
  });
  return {
    port,
    process: child,
    async stop() {
      child.removeAllListeners('exit');
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
