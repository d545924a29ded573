import fc from 'fast-check';
import { checkKey, hashKey, keyHint, newKey } from '../../runtime/keys.js';

const environments = fc.constantFrom('sandbox' as const, 'production' as const);

test('A new key has the form that scanners know, and is for its environment', () => {
  fc.assert(
    fc.property(environments, (environment) => {
      const key = newKey(environment);
      expect(key).toMatch(
        environment === 'sandbox' ? /^pph_sandbox_[0-9A-Za-z]{49}$/ : /^pph_live_[0-9A-Za-z]{49}$/,
      );
      expect(checkKey(key)).toBe(environment);
    }),
  );
});

test('Any one character changed breaks the checksum', () => {
  const other = fc.stringMatching(/^[0-9A-Za-z]$/);
  fc.assert(
    fc.property(environments, fc.nat(48), other, (environment, place, character) => {
      const key = newKey(environment);
      const at = key.length - 49 + place;
      fc.pre(key[at] !== character);
      expect(checkKey(key.slice(0, at) + character + key.slice(at + 1))).toBeNull();
    }),
    { numRuns: 500 },
  );
});

test('Nothing else is a key', () => {
  fc.assert(fc.property(fc.string(), (text) => expect(checkKey(text)).toBeNull()));
  expect(checkKey(`${newKey('sandbox')} `)).toBeNull();
});

test('A hint tells keys apart without giving them away', () => {
  const key = newKey('sandbox');
  expect(keyHint(key)).toBe(`pph_sandbox_…${key.slice(-4)}`);
  expect(hashKey(key)).toHaveLength(32);
});
