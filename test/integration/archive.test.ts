import { CreateBucketCommand, DeleteObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ArchiveDamaged, ArchiveMissing, type Archive } from '../../adapters/archive/archive.js';
import { createArchive } from '../../adapters/archive/create-archive.js';
import { readS3Address } from '../../adapters/archive/s3-address.js';
import { getSealed, putSealed } from '../../adapters/archive/sealed-document.js';
import { createHash, randomBytes } from 'node:crypto';
import { startS3Server } from '../support/s3-server.js';

const NAMES = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };

let server: { url: string; close: () => Promise<void> };
let client: S3Client;
let home: string;

beforeAll(async () => {
  Object.assign(process.env, NAMES);
  server = await startS3Server();
  client = new S3Client({ region: 'us-east-1', endpoint: server.url, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: 'plain' }));
  await client.send(new CreateBucketCommand({ Bucket: 'locked', ObjectLockEnabledForBucket: true }));
  home = await mkdtemp(path.join(tmpdir(), 'paraphe-archive-'));
}, 180_000);
afterAll(async () => {
  client.destroy();
  await server.close();
  await rm(home, { recursive: true, force: true });
});

const s3 = (rest = ''): string => `s3://plain/tenant%20a?endpoint=${server.url}&region=us-east-1${rest}`;
const kinds: [string, () => Archive][] = [
  ['files', () => createArchive(pathToFileURL(home).href)],
  ['S3', () => createArchive(s3())],
];

describe.each(kinds)('an archive of %s', (_kind, create) => {
  const key = 'signed/ctr_1/doc_1/abc';

  test('keeps bytes, once: the same key again leaves what is there', async () => {
    const archive = create();
    expect(await archive.has(key)).toBe(false);
    await archive.put(key, Buffer.from('first'));
    await archive.put(key, Buffer.from('second'));
    expect((await archive.get(key)).toString()).toBe('first');
    expect(await archive.has(key)).toBe(true);
  });

  test('lists in order by prefix, removes, and knows what is missing', async () => {
    const archive = create();
    for (const name of ['b', 'a']) await archive.put(`signed/ctr_2/doc_2/${name}`, Buffer.from(name));
    expect(await archive.list('signed/ctr_2/')).toEqual(['signed/ctr_2/doc_2/a', 'signed/ctr_2/doc_2/b']);
    expect(await archive.list('nothing/here/')).toEqual([]);
    await archive.remove('signed/ctr_2/doc_2/a');
    await archive.remove('signed/ctr_2/doc_2/a');
    expect(await archive.list('signed/ctr_2/')).toEqual(['signed/ctr_2/doc_2/b']);
    await expect(archive.get('signed/ctr_2/doc_2/a')).rejects.toThrow(ArchiveMissing);
  });

  test.each(['../etc/passwd', 'signed/../../x', '/abs', 'a', 'signed//x', 'Signed/x'])(
    'takes no %s for a key',
    async (bad) => {
      await expect((async () => create().put(bad, Buffer.from('x')))()).rejects.toThrow('not an archive key');
    },
  );

  test('gives 3 MB back as they were, and never what was changed', async () => {
    const archive = create();
    const content = randomBytes(3 * 1024 * 1024);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const dataKey = randomBytes(32);
    const place = { key: `signed/ctr_3/doc_3/${sha256}`, context: 'doc_3:signed' };
    await putSealed(archive, dataKey, place, content);
    expect((await getSealed(archive, dataKey, { ...place, sha256 })).equals(content)).toBe(true);
    const fail = (change: object, key = dataKey) => getSealed(archive, key, { ...place, sha256, ...change });
    await expect(fail({ sha256: 'f'.repeat(64) })).rejects.toThrow(ArchiveDamaged);
    await expect(fail({ context: 'doc_4:signed' })).rejects.toThrow(ArchiveDamaged);
    await expect(fail({}, randomBytes(32))).rejects.toThrow(ArchiveDamaged);
    await expect(fail({ key: 'signed/none/none/none' })).rejects.toThrow(ArchiveMissing);
  });
});

test('with object lock, each object is kept for its days', async () => {
  const archive = createArchive(`s3://locked?endpoint=${server.url}&lock=governance&lockDays=30`);
  await archive.put('signed/ctr_1/doc_1/x', Buffer.from('x'));
  const where = { Bucket: 'locked', Key: 'signed/ctr_1/doc_1/x' };
  const head = await client.send(new HeadObjectCommand(where));
  expect(head.ObjectLockMode).toBe('GOVERNANCE');
  expect(Math.round((head.ObjectLockRetainUntilDate!.getTime() - Date.now()) / 86_400_000)).toBe(30);
  const removal = client.send(new DeleteObjectCommand({ ...where, VersionId: head.VersionId }));
  await expect(removal).rejects.toThrow();
});

test.each([
  ['ftp://x', 'must begin with file: or s3:'],
  ['s3://b?lock=perhaps', 'lock must be governance or compliance'],
  ['s3://b?lock=governance&lockDays=0', 'lockDays must be'],
])('the address %s is refused with its reason', (url, reason) => {
  expect(() => createArchive(url)).toThrow(reason);
});

test('an address names bucket, prefix, region and endpoint', () => {
  expect(readS3Address('s3://b/one/two/?endpoint=http://s3.example.org&region=eu-west-3')).toEqual({
    bucket: 'b',
    prefix: 'one/two/',
    region: 'eu-west-3',
    endpoint: 'http://s3.example.org',
  });
});

test('what a killed writer has left is no part of the archive, and goes after an hour', async () => {
  const archive = createArchive(pathToFileURL(home).href);
  await archive.put('signed/ctr_9/doc_9/a', Buffer.from('a'));
  const folder = path.join(home, 'signed', 'ctr_9', 'doc_9');
  const draft = path.join(folder, 'b.0011.part');
  await writeFile(draft, 'half');
  await archive.put('signed/ctr_9/doc_9/c', Buffer.from('c'));
  expect(await readdir(folder)).toContain('b.0011.part');
  expect(await archive.list('signed/ctr_9/')).toEqual(['signed/ctr_9/doc_9/a', 'signed/ctr_9/doc_9/c']);
  const old = new Date(Date.now() - 7_200_000);
  await utimes(draft, old, old);
  await archive.put('signed/ctr_9/doc_9/d', Buffer.from('d'));
  expect(await readdir(folder)).toEqual(['a', 'c', 'd']);
});
