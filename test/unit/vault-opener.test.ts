import { randomBytes } from 'node:crypto';
import { createOpener, seal } from '../../runtime/vault.js';

const key = randomBytes(32);

function openInPieces(sealed: Buffer, piece: number, context = 'doc'): Buffer {
  const opener = createOpener(key, context, sealed.length);
  for (let at = 0; at < sealed.length; at += piece) opener.write(sealed.subarray(at, at + piece));
  return opener.end();
}

test.each([0, 1, 15, 16, 17, 100, 1_000])('%i bytes open in pieces of any size', (size) => {
  const plain = randomBytes(size);
  const sealed = seal(key, plain, 'doc');
  for (const piece of [12, 13, 28, 64, 5_000]) expect(openInPieces(sealed, piece)).toEqual(plain);
});

test('a changed byte, another context, a cut: nothing opens', () => {
  const sealed = seal(key, randomBytes(300), 'doc');
  for (const at of [0, 40, sealed.length - 1]) {
    const changed = Buffer.from(sealed);
    changed[at] = changed[at]! ^ 1;
    expect(() => openInPieces(changed, 64)).toThrow();
  }
  expect(() => openInPieces(sealed, 64, 'other')).toThrow();
  expect(() => openInPieces(sealed.subarray(0, 200), 64)).toThrow();
  const short = createOpener(key, 'doc', sealed.length);
  short.write(sealed.subarray(0, 200));
  expect(() => short.end()).toThrow('not whole');
});
