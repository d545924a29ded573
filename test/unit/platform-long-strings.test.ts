import fc from 'fast-check';
import { createBase64File } from '../../adapters/platform/base64-file.js';
import { createLongStringReader } from '../../adapters/platform/long-strings.js';

/** Reads a JSON text in pieces of given lengths, long strings taken out. */
function readIn(text: string, pieces: number[], limit: number): { rest: string; taken: Map<string, string> } {
  const taken = new Map<string, string>();
  const reader = createLongStringReader(limit, (name) => {
    const id = `taken:${taken.size}:${name}`;
    const parts: Buffer[] = [];
    taken.set(id, '');
    return {
      placeholder: id,
      content: {
        write: (piece) => void parts.push(Buffer.from(piece)),
        end: () => void taken.set(id, Buffer.concat(parts).toString()),
      },
    };
  });
  const bytes = Buffer.from(text);
  let at = 0;
  for (let n = 0; at < bytes.length; n++) {
    const length = pieces[n % pieces.length]!;
    reader.write(bytes.subarray(at, at + length));
    at += length;
  }
  return { rest: reader.end(), taken };
}

test('whatever the JSON and wherever it is cut, putting the long strings back gives the same', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 });
  fc.assert(
    fc.property(
      fc.json({ noUnicodeString: false }),
      lengths,
      fc.integer({ min: 2, max: 20 }),
      (text, pieces, limit) => {
        const { rest, taken } = readIn(text, pieces, limit);
        let whole = rest;
        for (const [id, content] of taken) whole = whole.replace(id, () => content);
        expect(whole).toBe(text);
        JSON.parse(rest);
      },
    ),
    { numRuns: 500 },
  );
});

test('a long string is announced with the name of its member, and a short one stays', () => {
  const { rest, taken } = readIn(
    `{"a":"short","data.sign":"${'x'.repeat(50)}","b":["\\"${'y'.repeat(30)}"]}`,
    [7],
    20,
  );
  expect([...taken]).toEqual([
    ['taken:0:data.sign', 'x'.repeat(50)],
    ['taken:1:b', `\\"${'y'.repeat(30)}`],
  ]);
  expect(JSON.parse(rest)).toEqual({ a: 'short', 'data.sign': 'taken:0:data.sign', b: ['taken:1:b'] });
});

function decode(text: string, length: number, max = 1000): ReturnType<typeof createBase64File> {
  const file = createBase64File(max);
  for (let at = 0; at < text.length; at += length) file.write(Buffer.from(text.slice(at, at + length)));
  file.end();
  return file;
}

test('base64 is decoded however it is cut, with slashes escaped or not', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      (bytes, length, escape) => {
        const text = Buffer.from(bytes).toString('base64');
        const { content, fault } = decode(escape ? text.replaceAll('/', '\\/') : text, length);
        expect(fault).toBeNull();
        expect(content).toEqual(Buffer.from(bytes));
      },
    ),
  );
});

test.each([
  ['cut off', 'QUJDRA', 'bad_base64'],
  ['HTML', '<html><body>error</body></html>', 'bad_base64'],
  ['padding in the middle', 'QQ==QUJD', 'bad_base64'],
  ['too large', 'QUJD'.repeat(400), 'too_large'],
])('%s is told as a fault, with no content', (_name, text, fault) => {
  for (const length of [1, 5, 1000]) {
    const file = decode(text, length);
    expect([file.fault, file.content]).toEqual([fault, null]);
  }
});
