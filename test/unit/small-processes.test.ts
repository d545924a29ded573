import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { composeService } from '../../local/rehearsal/compose.js';
import { nodeService } from '../../local/stack/node-service.js';
import { workerService } from '../../local/stack/product.js';
import { HEAP_GROWTH } from '../../runtime/heap-growth.js';

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

/** Passes bodies through a heap in which 30 MB live, and prints how often all of it was collected. */
const PASS_BODIES = `
  const live = Array.from({ length: 200_000 }, (_, n) => ({ n, text: 'x' + n }));
  const { PerformanceObserver, constants } = require('node:perf_hooks');
  let major = 0;
  new PerformanceObserver((list) => {
    for (const { detail } of list.getEntries()) if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) major += 1;
  }).observe({ entryTypes: ['gc'] });
  const underWay = [];
  let left = 4_000;
  const request = () => {
    const body = Buffer.alloc(67_000, 'a');
    underWay.push([body, body.toString('latin1'), Buffer.from(body)]);
    if (underWay.length > 32) underWay.shift();
    if (--left > 0) setImmediate(request);
    else setTimeout(() => console.log(JSON.stringify({ major, lives: live.length })), 50);
  };
  request();`;

test('bodies that pass through the api’s bounded heap do not have all of it collected each time', () => {
  const bounded = (composeService('api').environment.NODE_OPTIONS ?? '').split(' ');
  const collections = (flags: string[]): number => {
    const printed = execFileSync(process.execPath, [...bounded, ...flags, '-e', PASS_BODIES]).toString();
    return (JSON.parse(printed) as { major: number }).major;
  };
  expect(bounded.join(' ')).toContain('--max-old-space-size=');
  expect(collections([HEAP_GROWTH])).toBeLessThan(collections([]) / 2);
  expect(readFileSync(path.join(__dirname, '..', '..', 'api', 'main.ts'), 'utf8')).toContain(
    'letHeapGrow();',
  );
});
