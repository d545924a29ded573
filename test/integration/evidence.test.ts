import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { openPromise } from 'yauzl';
import { ZipFile } from 'yazl';
import { createEvidenceKey } from '../../adapters/signature/evidence/sign-text.js';
import { openZip } from '../../adapters/signature/evidence/open-zip.js';
import { verifyEvidence, type EvidenceReport } from '../../adapters/signature/evidence/verify-evidence.js';
import type { EvidenceManifest } from '../../domain/evidence/manifest.js';
import { query } from '../../local/postgres/query.js';
import { startProvingStack, type ProvingStack, type SignedContract } from '../support/proving-stack.js';
import { PDF } from '../support/api.js';

let stack: ProvingStack;
let contract: SignedContract;
let home: string;
let zip: Buffer;
const NO_TRUST = { key: null, signers: [], timestamps: [], evidenceTimestamps: [] };

beforeAll(async () => {
  stack = await startProvingStack();
  home = await mkdtemp(path.join(tmpdir(), 'paraphe-evidence-'));
  contract = await stack.signedContract({
    annexes: [{ name: 'annexe.pdf', content: PDF.toString('base64') }],
  });
});
afterAll(async () => {
  await stack.close();
  await rm(home, { recursive: true, force: true });
});

const evidence = (id = contract.contractId) => stack.api.ask('GET', `/v1/contracts/${id}/evidence`);

async function filesOf(bytes: Buffer): Promise<Map<string, Buffer>> {
  const file = path.join(home, `${Math.random()}.zip`);
  await writeFile(file, bytes);
  const opened = await openPromise(file);
  const files = new Map<string, Buffer>();
  for await (const entry of opened.eachEntry())
    files.set(entry.fileName, await buffer(await opened.openReadStreamPromise(entry)));
  return files;
}

/** Where the content of each file stands in a ZIP that packs nothing. */
async function entriesOf(
  bytes: Buffer,
): Promise<{ entries: { fileName: string; at: number; length: number }[] }> {
  const file = path.join(home, `${Math.random()}.zip`);
  await writeFile(file, bytes);
  const opened = await openPromise(file);
  const entries = [];
  for await (const {
    fileName,
    relativeOffsetOfLocalHeader: from,
    uncompressedSize: length,
  } of opened.eachEntry()) {
    const at = from + 30 + bytes.readUInt16LE(from + 26) + bytes.readUInt16LE(from + 28);
    entries.push({ fileName, at, length });
  }
  return { entries };
}

async function verifyFiles(
  files: Map<string, Buffer>,
  trust: Partial<typeof NO_TRUST> = {},
): Promise<EvidenceReport> {
  const made = new ZipFile();
  for (const [name, content] of files) made.addBuffer(content, name);
  made.end();
  const file = path.join(home, `${Math.random()}.zip`);
  await writeFile(file, await buffer(made.outputStream));
  const opened = await openZip(file);
  try {
    return await verifyEvidence(opened, { ...NO_TRUST, ...trust });
  } finally {
    opened.close();
  }
}

test('there is no evidence before the contract is completed', async () => {
  const { status, body } = await evidence();
  expect([status, body.code]).toEqual([409, 'not_signed_yet']);
});

test('a completed contract has its evidence at once: every file, and a manifest that names no person', async () => {
  const state = await stack.complete(contract);
  expect(state.status).toBe('completed');
  const answer = await evidence();
  expect(answer.status).toBe(200);
  expect(answer.headers.get('document-collected-at')).toMatch(/^20/);
  expect(answer.headers.get('document-kept-until')).toMatch(/^20/);
  zip = answer.bytes;
  const files = await filesOf(zip);
  const [main, annex] = state.documents;
  expect([...files.keys()].sort()).toEqual(
    [
      'README.txt',
      `deposited/${main!.id}.pdf`,
      `deposited/${annex!.id}.pdf`,
      'events.jsonl',
      'evidence-key.pem',
      'journal.json',
      'manifest.json',
      'manifest.sig',
      'manifest.tsr',
      'platform-log.json',
      `signed/${main!.id}.pdf`,
      'summary.pdf',
      'trust/evidence-timestamps.pem',
      'trust/signers.pem',
      'trust/timestamps.pem',
      `verification/${main!.id}.json`,
    ].sort(),
  );
  expect(files.get(`deposited/${main!.id}.pdf`)).toEqual(PDF);
  const manifest = files.get('manifest.json')!.toString();
  expect(manifest).not.toMatch(/Prénom|Nom|example\.org\b.*@|@/);
  expect((JSON.parse(manifest) as EvidenceManifest).documents[0]!.signed).toMatchObject({
    verdict: 'TOTAL-PASSED',
    level: 'B-T',
  });
  expect(files.get('events.jsonl')!.toString()).toContain('contract.signed');
  expect(JSON.parse(files.get('journal.json')!.toString()).length).toBeGreaterThan(1);
});

test('asked twice it is the same file, byte for byte', async () => {
  expect((await evidence()).bytes.equals(zip)).toBe(true);
});

test('it verifies offline, with what is in it and with anchors of one’s own', async () => {
  const files = await filesOf(zip);
  const alone = await verifyFiles(files);
  expect(alone.checks.filter(({ result }) => result !== 'passed' && result !== 'note')).toEqual([]);
  expect(alone).toMatchObject({ verdict: 'passed', contractId: contract.contractId });
  expect(alone.provenAt).toMatch(/^20/);
  const { signers, timestamps } = stack.trust;
  const own = await verifyFiles(files, {
    key: files.get('evidence-key.pem')!.toString() as never,
    signers: [signers] as never,
    timestamps: [timestamps] as never,
    evidenceTimestamps: [timestamps] as never,
  });
  expect(own.checks.map(({ result }) => result)).toEqual(own.checks.map(() => 'passed'));
});

test('the key is the one that the service publishes', async () => {
  const files = await filesOf(zip);
  const { body } = await stack.api.ask('GET', '/.well-known/evidence-keys.json', { key: null });
  expect(body.keys).toMatchObject([{ publicKey: files.get('evidence-key.pem')!.toString() }]);
});

test('another key than the service’s is refused', async () => {
  const files = await filesOf(zip);
  const other = createEvidenceKey().publicKey;
  expect((await verifyFiles(files, { key: other as never })).verdict).toBe('failed');
});

test('a change to any file, one file more, one less: each is found', async () => {
  const files = await filesOf(zip);
  for (const [name, content] of files) {
    const flipped = Buffer.from(content);
    const at = Math.floor(flipped.length / 2);
    flipped[at] = flipped[at]! ^ 1;
    const changed = await verifyFiles(new Map([...files, [name, flipped]]));
    expect([name, changed.verdict]).toEqual([name, 'failed']);
    const without = new Map(files);
    without.delete(name);
    // Without the key: what --key gives would do, but nobody would see that it is gone.
    const verdict = name === 'manifest.tsr' ? 'indeterminate' : 'failed';
    expect([name, (await verifyFiles(without)).verdict]).toEqual([name, verdict]);
  }
  const more = await verifyFiles(new Map([...files, ['signed/more.pdf', PDF]]));
  expect(more.checks.filter(({ result }) => result === 'failed')).toMatchObject([
    { detail: 'signed/more.pdf is not in the manifest.' },
  ]);
});

test('a byte that was damaged anywhere in a file of the ZIP is found', async () => {
  const { entries } = await entriesOf(zip);
  for (const { fileName, at, length } of entries) {
    for (const place of [0, Math.floor(length / 3), length - 1]) {
      const damaged = Buffer.from(zip);
      damaged[at + place] = damaged[at + place]! ^ 0x04;
      const file = path.join(home, 'damaged.zip');
      await writeFile(file, damaged);
      const opened = await openZip(file);
      expect([fileName, place, (await verifyEvidence(opened, NO_TRUST)).verdict]).toEqual([
        fileName,
        place,
        'failed',
      ]);
      opened.close();
    }
  }
}, 300_000);

test('other spellings of the same signature and of the same key are found', async () => {
  const files = await filesOf(zip);
  const key = files.get('evidence-key.pem')!.toString();
  const signature = files.get('manifest.sig')!.toString();
  for (const [name, text] of [
    ['evidence-key.pem', `${key}\n`],
    ['evidence-key.pem', key.replace('-----BEGIN', 'Bag\n-----BEGIN')],
    ['manifest.sig', ` ${signature}`],
    ['manifest.sig', signature.replace('==', '=')],
  ] as const) {
    const report = await verifyFiles(new Map([...files, [name, Buffer.from(text)]]));
    expect([name, report.verdict]).toEqual([name, 'failed']);
  }
});

test('what is not a ZIP is told, not thrown over', async () => {
  const file = path.join(home, 'no.zip');
  await writeFile(file, 'this is none');
  await expect(openZip(file)).rejects.toThrow();
});

test('a document tells where it comes from, when it was collected, its verdict and how long it is kept', async () => {
  const [main] = (await stack.state(contract.contractId)).documents;
  const answer = await stack.api.ask(
    'GET',
    `/v1/contracts/${contract.contractId}/documents/${main!.id}/signed`,
  );
  expect(answer.status).toBe(200);
  expect(answer.headers.get('document-source')).toBe('platform (sandbox)');
  expect(answer.headers.get('document-verification')).toBe('passed');
  expect(answer.headers.get('document-collected-at')).toMatch(/^20/);
  const until = Date.parse(answer.headers.get('document-kept-until')!);
  expect(Math.round((until - Date.now()) / 86_400_000)).toBe(90);
});

test('evidence without its timestamp gets one with the next sweep', async () => {
  const { contractId } = contract;
  const { db } = stack.api;
  await db
    .updateTable('paraphe.evidence')
    .set({ timestamp_token: null })
    .where('contract_id', '=', contractId)
    .execute();
  expect((await verifyFiles(await filesOf((await evidence()).bytes))).verdict).toBe('indeterminate');
  expect(await stack.acts.completeEvidence()).toBe(1);
  expect((await verifyFiles(await filesOf((await evidence()).bytes))).verdict).toBe('passed');
});

test('the archive is never waited for in a transaction: one that is slow leaves the connections to the others', async () => {
  const { deps, databaseUrl } = stack.api;
  const { archive } = deps;
  const open: number[] = [];
  deps.archive = {
    async get(key) {
      const [row] = await query<{ count: number }>(
        databaseUrl,
        `select count(*)::int from pg_stat_activity
         where datname = current_database() and state = 'idle in transaction'`,
      );
      open.push(row!.count);
      return archive.get(key);
    },
  };
  const { contractId } = contract;
  const [main] = (await stack.state(contractId)).documents;
  const signed = await stack.api.ask('GET', `/v1/contracts/${contractId}/documents/${main!.id}/signed`);
  expect([signed.status, (await evidence()).status]).toEqual([200, 200]);
  deps.archive = archive;
  // The document, and in the evidence what is packed and the document again.
  expect(open).toEqual([0, 0, 0]);
});
