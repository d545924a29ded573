import { readFileSync } from 'node:fs';
import path from 'node:path';
import { composeService } from '../../local/rehearsal/compose.js';
import { nodeService } from '../../local/stack/node-service.js';
import { workerService } from '../../local/stack/product.js';

test('who starts our programs tells V8 and glibc to keep little memory for later', () => {
  const { args, env } = nodeService('worker', 'worker/main.js', { LOG_LEVEL: 'info' });
  expect(args).toEqual(['--max-semi-space-size=2', expect.stringMatching(/main\.js$/)]);
  expect(env).toEqual({ MALLOC_ARENA_MAX: '2', LOG_LEVEL: 'info' });
  const image = readFileSync(path.join(__dirname, '..', '..', 'Dockerfile'), 'utf8')
    .split('\nFROM ')
    .at(-1);
  expect(image).toMatch(/^ENV .*NODE_OPTIONS=--max-semi-space-size=2 MALLOC_ARENA_MAX=2$/m);
});

test('the local edition bounds the heap of its worker as production does', () => {
  const { NODE_OPTIONS = '' } = composeService('worker').environment;
  expect(workerService({}).args.slice(0, -1)).toEqual(NODE_OPTIONS.split(' '));
});
