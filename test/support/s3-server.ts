import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pythonWithPackages } from './python.js';

const PROGRAM = `
import time
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
server.start()
print('http://127.0.0.1:%d' % server.get_host_and_port()[1], flush=True)
while True: time.sleep(3600)
`;

/** A real S3 server (moto) on a free port of the loopback interface. */
export async function startS3Server(): Promise<{ url: string; close: () => Promise<void> }> {
  const { program, env } = await pythonWithPackages(path.join(__dirname, 'moto-requirements.txt'));
  const child = spawn(program, ['-c', PROGRAM], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    url,
    async close() {
      child.kill();
      await once(child, 'close');
    },
  };
}
