import { LocalError } from './project.js';
import { addressTable, presentPages, sampleRequest } from './stack/greeting.js';
import { readStackSettings } from './stack/settings.js';
import { startStack } from './stack/stack.js';
import { stopSignal, untilAborted } from './stack/until-stopped.js';

/** `npm start`: the whole product on one machine, until Ctrl-C. */
async function main(): Promise<void> {
  const began = Date.now();
  const signal = stopSignal();
  const stack = await startStack(readStackSettings(process.env, process.argv), signal);
  const { description } = stack;
  console.log(`paraphe is ready after ${((Date.now() - began) / 1000).toFixed(1)} s\n`);
  console.log(addressTable(description, await presentPages(description)));
  console.log(`\n  Sandbox key  ${description.key}\n\nTry it:\n`);
  console.log(`${sampleRequest(description, new Date())}\n\nCtrl-C ends everything.`);
  await untilAborted(signal);
  await stack.stop();
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    const known = error instanceof LocalError;
    console.error(`paraphe: ${known ? error.message : String((error as Error).stack ?? error)}`);
    process.exit(1);
  },
);
