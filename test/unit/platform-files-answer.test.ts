import { readFilesAnswer, type FilesAnswerLimits } from '../../adapters/platform/read-files-answer.js';

const LIMITS = { maxAnswerBytes: 1_000_000, maxFileBytes: 50_000, wanted: 'data.sign' };
const MB = 1024 * 1024;

async function* piecesOf(text: string): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += 65_536) yield Buffer.from(text.slice(at, at + 65_536));
}
const read = (text: string, limits: Partial<FilesAnswerLimits> = {}) =>
  readFilesAnswer(piecesOf(text), { ...LIMITS, ...limits });
const file = Buffer.alloc(20_000, 'signed');
const base64 = file.toString('base64');

test('a file is taken out of the answer and stands behind its mark', async () => {
  const answer = await read(
    JSON.stringify({ status: 'signed', data: base64, 'data.sign': base64, last: base64 }),
  );
  const data = answer.data as Record<string, string>;
  expect(data['status']).toBe('signed');
  expect(answer.fileOf(data['data.sign']!)?.content).toEqual(file);
  for (const name of ['data', 'last']) expect(answer.fileOf(data[name]!)).toBeUndefined();
});

test.each([
  ['longer than an answer may be', `{"data":"${'x'.repeat(1_000_000)}"}`],
  ['cut off', JSON.stringify({ 'data.sign': base64 }).slice(0, -1)],
  ['with the member of a file twice', `{"data.sign":"${base64}","data.sign":"${base64}"}`],
  ['with it a second time as something short', `{"data.sign":"${base64}","data.sign":null}`],
])('an answer %s is no answer', async (_, text) => {
  await expect(read(text)).rejects.toMatchObject({ code: 'bad_answer' });
});

test('what is no file has a limit of its own, whatever it is made of', async () => {
  const many = `[${`"${'short'.repeat(40)}",`.repeat((33 * MB) / 200)}1]`;
  await expect(read(many, { maxAnswerBytes: 100 * MB })).rejects.toMatchObject({ code: 'bad_answer' });
});

test.each([
  ['too large', Buffer.alloc(60_000).toString('base64'), 'too_large'],
  ['no base64', `${base64.slice(0, -8)}<>`, 'bad_base64'],
])('a file that is %s is told as a fault of that file', async (_, text, fault) => {
  const answer = await read(JSON.stringify({ 'data.sign': text }));
  const { content, fault: found } = answer.fileOf((answer.data as { 'data.sign': string })['data.sign'])!;
  expect([content, found]).toEqual([null, fault]);
});
