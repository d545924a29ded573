import { load, type Load } from './load.js';

/** The load in a process of its own: asked by messages, answers each with what it has measured. */
process.on('message', (asked: Omit<Load, 'body'> & { body: string }) => {
  load({ ...asked, body: Buffer.from(asked.body) }).then(
    (result) => process.send?.(result),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});
