import { runInNewContext } from 'node:vm';
import { slim, withOneFrame } from '../../worker/bundle.js';

const inline = (map: object): string =>
  `\n//# sourceMappingURL=data:application/json;charset=utf-8;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
const MAP = { version: 3, sources: ['a.ts'], mappings: 'AAAA', names: [] };

test('the slimmed bundle is the same program, in characters of one byte', () => {
  const program = '/* … 😀 */ const word = `é · … 😀`; ({ word, matches: /^…$/.test("…") });';
  const slimmed = slim(program + inline({ ...MAP, sourcesContent: ['x'] }));
  expect(slimmed).not.toMatch(/[\u0100-\uffff]/);
  expect(runInNewContext(slimmed)).toEqual({ word: 'é · … 😀', matches: true });
});

test('its source map keeps the places and leaves the sources out', () => {
  const slimmed = slim(`1;${inline({ ...MAP, sourcesContent: ['x'] })}\n`);
  const [, data = ''] = /base64,(.+)$/.exec(slimmed)!;
  expect(JSON.parse(Buffer.from(data, 'base64').toString())).toEqual(MAP);
  expect(() => slim('1;')).toThrow('no source map');
});

test('an error in the sandbox has one frame: the place where it was thrown', () => {
  const program =
    'function inner() { return new Error("x"); } function outer() { return inner(); } outer().stack';
  const stack = runInNewContext(withOneFrame(program)) as string;
  expect(stack.match(/\n/g)).toHaveLength(1);
  expect(stack).toContain('at inner');
});
