import { buffer } from 'node:stream/consumers';
import { createBody } from '../../adapters/platform/create-body.js';
import type { NewContract, NewFile } from '../../domain/platform.js';

const KEYS = { apiKey: 'k', apiUser: 'ü' };

function contractWith(documents: NewFile[], annexes: NewFile[] = []): NewContract {
  return {
    label: 'Contrat n° 1 “é”',
    language: 'fr',
    deadline: '2026-12-24T22:59:59Z',
    documents,
    annexes,
    signatories: [
      { firstName: 'Zoé', lastName: 'N', email: 'z@example.org', mobile: null, deposit: null },
      {
        firstName: 'A',
        lastName: 'B',
        email: 'a@example.org',
        mobile: '+33612345678',
        deposit: { amount: 1, currency: 'EUR' },
      },
    ],
    notify: { signatories: true, owner: false, message: 'Bonjour' },
    submit: true,
  };
}

const bodyOf = (contract: NewContract): ReturnType<typeof createBody> =>
  createBody(KEYS, contract, () => Promise.resolve(true));

const fileOf = (name: string, content: Buffer): NewFile => ({
  name,
  size: content.length,
  read: () => Promise.resolve(content),
});

test.each([0, 1, 2, 3, 786_431, 786_432, 786_433, 2_000_000])(
  'a file of %i bytes is sent as base64, and the length that was announced is right',
  async (size) => {
    const [main, annex] = [Buffer.alloc(size, 'abc'), Buffer.alloc(size + 1, 7)];
    const { stream, length } = bodyOf(contractWith([fileOf('é.pdf', main)], [fileOf('b.pdf', annex)]));
    const sent = await buffer(stream);
    expect(sent.length).toBe(length);
    expect(JSON.parse(sent.toString())).toEqual({
      ...KEYS,
      contract: { label: 'Contrat n° 1 “é”', language: 'fr', deadline: '2026-12-24T22:59:59Z' },
      mainDocument: [{ name: 'é.pdf', data: main.toString('base64') }],
      annexes: [{ name: 'b.pdf', data: annex.toString('base64') }],
      signatories: [
        { firstName: 'Zoé', lastName: 'N', email: 'z@example.org' },
        {
          firstName: 'A',
          lastName: 'B',
          email: 'a@example.org',
          mobile: '+33612345678',
          deposit: { amount: 1, currency: 'EUR' },
        },
      ],
      notify: { signatory: true, owner: false, submitMessage: 'Bonjour' },
      action: { submit: true },
    });
  },
);

test('each file is read when the one before has been sent', async () => {
  const order: string[] = [];
  const slow = (name: string): NewFile => ({
    name,
    size: 6_000_000,
    read: () => {
      order.push(`read ${name}`);
      return Promise.resolve(Buffer.alloc(6_000_000));
    },
  });
  const { stream } = bodyOf(contractWith([slow('a'), slow('b')]));
  let seen = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    seen += piece.length;
    if (seen > 4_000_000 && order.length === 1) order.push('half of a was sent');
  }
  expect(order).toEqual(['read a', 'half of a was sent', 'read b']);
});

test('a file that is shorter than was said breaks the request off', async () => {
  const short = { ...fileOf('a.pdf', Buffer.from('abc')), size: 4 };
  await expect(buffer(bodyOf(contractWith([short])).stream)).rejects.toThrow('not as long');
});

test('the last piece is asked about when all others have been sent, and withheld where it may not be sent', async () => {
  const content = Buffer.alloc(3_000_000, 'abc');
  const pieces: Buffer[] = [];
  let sentBefore = 0;
  const mayEnd = (): Promise<boolean> => {
    sentBefore = Buffer.concat(pieces).length;
    return Promise.resolve(false);
  };
  const { stream, length } = createBody(KEYS, contractWith([fileOf('a.pdf', content)]), mayEnd);
  const send = async (): Promise<void> => {
    for await (const piece of stream as AsyncIterable<Buffer>) pieces.push(piece);
  };
  await expect(send()).rejects.toThrow('withheld');
  // The last piece of the file lies ready meanwhile.
  expect(sentBefore).toBeGreaterThan(2_000_000);
  expect(Buffer.concat(pieces).length).toBeLessThan(length);
});
