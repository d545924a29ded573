import path from 'node:path';
import { parseArgs } from 'node:util';
import { findRunningStack } from '../demo/running-stack.js';
import { followEvents } from './follow-events.js';

const USAGE = `Prints events as they come, over the polling feed: for a developer whose machine has no public address.

  npm run webhook:listen -- [--key KEY] [--api URL] [--type contract.completed] [--after evt_…]

Without --key and --api the local edition that runs here is asked; without --after, what happens from now on.
`;

async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const options = { key: text, api: text, type: text, after: text, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ options });
  if (values.help === true) return void process.stdout.write(USAGE);
  const stack = findRunningStack(path.resolve(process.env['PARAPHE_HOME'] ?? '.paraphe'));
  const api = values.api ?? stack?.api;
  const key = values.key ?? stack?.key;
  if (api === undefined || key === undefined) {
    throw new Error('No local edition runs here: give --api and --key (see --help).');
  }
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort());
  process.stderr.write(`listening at ${api}; Ctrl-C ends\n`);
  await followEvents({
    api,
    key,
    ...(values.type === undefined ? {} : { type: values.type }),
    after: values.after ?? null,
    signal: ending.signal,
    onEvent: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
    onFault: (reason) => process.stderr.write(`${reason}; trying again\n`),
  });
}

main().catch((error: unknown) => {
  process.stderr.write(`webhook:listen: ${(error as Error).message}\n`);
  process.exitCode = 1;
});
