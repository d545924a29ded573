import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { createSealer } from '../../local/twin/seal/sealer.js';
import { createTsaHandler } from '../../local/twin/seal/tsa.js';
import { serve } from '../support/http.js';
import type { TestServer } from '../support/http.js';

const run = promisify(execFile);
const QUERY = 'application/timestamp-query';

let folder: string;
let server: TestServer;
let url: string;
let now = new Date('2031-02-03T04:05:06.789Z');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paraphe-tsa-'));
  const options = { home: join(folder, 'twin'), now: () => now };
  await writeFile(join(folder, 'tsa.pem'), (await createSealer(options)).tsaTrustPem);
  await writeFile(join(folder, 'data'), 'what is stamped');
  server = await serve(await createTsaHandler(options));
  url = `${server.url}/tsa`;
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Makes a query with OpenSSL, sends it, keeps the answer in a file and shows it as text. */
async function ask(...flags: string[]): Promise<{ shown: string; reply: string; query: string }> {
  const [query, reply] = [join(folder, 'query.tsq'), join(folder, 'reply.tsr')];
  await run('openssl', ['ts', '-query', '-data', join(folder, 'data'), '-out', query, ...flags]);
  const response = await post(await readFile(query));
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/timestamp-reply');
  await writeFile(reply, Buffer.from(await response.arrayBuffer()));
  const { stdout } = await run('openssl', ['ts', '-reply', '-in', reply, '-text']);
  return { shown: stdout, reply, query };
}

function post(body: Uint8Array, type = QUERY): Promise<Response> {
  return fetch(url, { method: 'POST', body: new Uint8Array(body), headers: { 'content-type': type } });
}

async function verify(reply: string, query: string): Promise<string> {
  const at = Math.floor(now.getTime() / 1000);
  const words = `ts -verify -queryfile ${query} -in ${reply} -CAfile tsa.pem -attime ${at}`;
  const { stdout, stderr } = await run('openssl', words.split(' '), { cwd: folder });
  return stdout + stderr;
}

describe('the timestamp authority of the twin', () => {
  it.each(['-sha256', '-sha384', '-sha512'])(
    'stamps %s digests, with nonce and certificate, as OpenSSL verifies',
    async (hash) => {
      const { reply, query } = await ask(hash, '-cert');
      await expect(verify(reply, query)).resolves.toContain('Verification: OK');
    },
  );

  it('tells the time of the twin, in whole seconds, also after it has moved', async () => {
    now = new Date('2033-01-01T00:00:00.999Z');
    expect((await ask('-sha256', '-cert')).shown).toContain('Time stamp: Jan  1 00:00:00 2033 GMT');
  });

  it('leaves the certificate out unless it is asked for', async () => {
    const bare = (await readFile((await ask('-sha256')).reply)).length;
    const full = (await readFile((await ask('-sha256', '-cert')).reply)).length;
    expect(full - bare).toBeGreaterThan(700);
  });

  it('gives no nonce where none was sent', async () => {
    expect((await ask('-sha256', '-no_nonce')).shown).toContain('Nonce: unspecified');
  });

  it('gives every token a number of its own', async () => {
    const number = async (): Promise<string | undefined> =>
      /Serial number: (\S+)/u.exec((await ask('-sha256')).shown)?.[1];
    expect(await number()).not.toBe(await number());
  });

  it('refuses a weak hash algorithm', async () => {
    const { shown } = await ask('-sha1');
    expect(shown).toContain('Status: Rejected.');
    expect(shown).toMatch(/unrecognized or unsupported algorithm/iu);
  });

  it('refuses a policy that is not its own', async () => {
    const { shown } = await ask('-sha256', '-tspolicy', '1.2.3.4');
    expect(shown).toMatch(/policy is not supported/iu);
  });

  it('answers what is no query with a rejection, not with an error', async () => {
    for (const body of [Buffer.from('hello'), Buffer.alloc(0), Buffer.from('3000', 'hex')]) {
      const reply = Buffer.from(await (await post(body)).arrayBuffer());
      expect(reply.subarray(0, 7).toString('hex')).toMatch(/^30..30..020102$/u);
    }
  });

  it('takes queries only, by POST, of a sensible size', async () => {
    expect((await fetch(url)).status).toBe(405);
    expect((await post(Buffer.from('{}'), 'application/json')).status).toBe(415);
    expect((await post(Buffer.alloc(20_000))).status).toBe(413);
  });
});
