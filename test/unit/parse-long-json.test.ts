import fc from 'fast-check';
import { jsonOf } from '../../api/parse-body.js';
import { parseLongJson } from '../../api/parse-long-json.js';

const LONG = 5_000;
const base64 = fc
  .uint8Array({ minLength: LONG, maxLength: LONG + 9 })
  .map((bytes) => Buffer.from(bytes).toString('base64'));
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('content', '"content":"', '\\"content":"', 'é"'),
);
const document = fc.record({ name: text, content: fc.oneof(base64, text) });
const body = fc.record({
  label: text,
  documents: fc.array(document, { maxLength: 3 }),
  metadata: fc.dictionary(text, fc.oneof(text, base64)),
  content: fc.oneof(base64, text, fc.constant(null)),
});
/** With blanks, as people write it, or with slashes escaped, as PHP writes it. */
const written = fc.tuple(body, fc.constantFrom(0, 2), fc.boolean()).map(([value, blanks, isPhp]) => {
  const json = JSON.stringify(value, null, blanks);
  return isPhp ? json.replaceAll('/', '\\/') : json;
});

test('Documents are cut out of the JSON and put in again: it is what JSON.parse gives', () => {
  fc.assert(fc.property(written, (json) => expect(jsonOf(Buffer.from(json))).toEqual(JSON.parse(json))));
});

test('A document is cut out where it is a plain string, and nowhere else', () => {
  const content = 'A'.repeat(LONG);
  const parsed = (json: string): unknown => parseLongJson(Buffer.from(json));
  expect(parsed(`{"documents":[{"content" : "${content}"}]}`)).toEqual({ documents: [{ content }] });
  expect(parsed(`{"documents":[{"content":"${content}\\/"}]}`)).toBeUndefined();
  expect(parsed(`{"documents":[{"content":"${content}é"}]}`)).toBeUndefined();
  expect(parsed(`{"content":"short"}`)).toBeUndefined();
  expect(parsed(`${'['.repeat(20)}{"content":"${content}"}${']'.repeat(20)}`)).toBeUndefined();
});

test('What is no JSON stays none, wherever a document stands in it', () => {
  const content = 'A'.repeat(2 * LONG);
  for (const json of [
    `{"content":"${content}`,
    `{"content":"${content}"`,
    `{"content":"${content}"}}`,
    `{"content":"${content}":1}`,
    `{"label":"\\"content":"${content}"}`,
  ]) {
    const isJson = (() => {
      try {
        return JSON.parse(json) as unknown;
      } catch {
        return undefined;
      }
    })();
    if (isJson === undefined) expect(() => jsonOf(Buffer.from(json))).toThrow();
    else expect(jsonOf(Buffer.from(json))).toEqual(isJson);
  }
});
