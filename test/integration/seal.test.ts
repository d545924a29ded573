import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { PDFiumLibrary } from '@hyzyla/pdfium';
import { PDF } from '@libpdf/core';
import type * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';

import { createSealer } from '../../local/twin/seal/sealer.js';
import { tamper } from '../../local/twin/seal/tamper.js';
import type { SealInput, TrustedSealer } from '../../local/twin/sealer.js';

const run = promisify(execFile);
const NOW = new Date('2026-11-22T10:15:30Z');

let folder: string;
let sealer: TrustedSealer;
let contract: Uint8Array;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paraphe-seal-'));
  sealer = await createSealer({ home: join(folder, 'twin'), now: () => NOW });
  await writeFile(join(folder, 'signer.pem'), sealer.signerTrustPem);
  await writeFile(join(folder, 'tsa.pem'), sealer.tsaTrustPem);
  contract = new Uint8Array(await readFile('local/demo/contrat-de-travail.pdf'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function inputFor(document: Uint8Array, more: Partial<SealInput> = {}): SealInput {
  return {
    document,
    name: 'contrat-de-travail.pdf',
    contract: { id: 'CP-000042', label: 'Contrat de travail de Camille Lefèvre', language: 'fr' },
    signatories: [
      person('Élodie', 'Marchand', 'elodie@example.org'),
      person('Zoë Kōkōwhātiwha', 'Nguyễn-Жуков', 'zoe@example.org'),
    ],
    events: [{ at: '2026-11-22T10:00:00Z', event: 'created', detail: '' }],
    at: NOW,
    watermark: true,
    ...more,
  };
}

function person(firstName: string, lastName: string, email: string): SealInput['signatories'][number] {
  return { id: email, firstName, lastName, email, signedAt: '2026-11-22T10:14:00Z' };
}

/** What a reader of the format finds: the signed bytes and the CMS, by the byte range alone. */
function partsOf(file: Uint8Array): { range: number[]; signed: Buffer; cms: Buffer } {
  const bytes = Buffer.from(file);
  const found = /\/ByteRange ?\[(\d+) (\d+) (\d+) (\d+)\s*\]/u.exec(bytes.toString('latin1'));
  const range = (found ?? []).slice(1, 5).map(Number);
  const [, before = 0, after = 0, rest = 0] = range;
  const signed = Buffer.concat([bytes.subarray(0, before), bytes.subarray(after, after + rest)]);
  return { range, signed, cms: Buffer.from(bytes.toString('latin1', before + 1, after - 1), 'hex') };
}

function signerOf(cms: Buffer): pkijs.SignerInfo {
  const content = pkijs.ContentInfo.fromBER(cms);
  const [signer] = new pkijs.SignedData({ schema: content.content }).signerInfos;
  if (signer === undefined) throw new Error('The CMS has no signer.');
  return signer;
}

/** The timestamp token inside the signature, as DER. */
function tokenOf(signer: pkijs.SignerInfo): Buffer {
  const token = signer.unsignedAttrs?.attributes.find(({ type }) => type === '1.2.840.113549.1.9.16.2.14');
  const value = token?.values[0] as asn1js.Sequence | undefined;
  if (value === undefined) throw new Error('The signature has no timestamp.');
  return Buffer.from(value.toBER());
}

async function textOf(file: Uint8Array): Promise<string[]> {
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(file);
  const pages = [...document.pages()].map((page) => page.getText().replace(/\s+/gu, ' '));
  document.destroy();
  library.destroy();
  return pages;
}

/** OpenSSL in the test's own folder. */
const openssl = (words: string): Promise<{ stdout: string; stderr: string }> =>
  run('openssl', words.split(' '), { cwd: folder });

async function verifyCms(file: Uint8Array): Promise<string> {
  const { signed, cms } = partsOf(file);
  await writeFile(join(folder, 'signed.bin'), signed);
  await writeFile(join(folder, 'cms.der'), cms);
  const { stderr } = await openssl(
    'cms -verify -cades -binary -inform DER -in cms.der -content signed.bin -CAfile signer.pem -purpose any -out /dev/null',
  );
  return stderr;
}

describe('the seal of the twin', () => {
  let sealed: Uint8Array;
  beforeAll(async () => {
    sealed = await sealer.seal(inputFor(contract));
  });

  it('covers the whole file with one signature of the CAdES kind', () => {
    const { range } = partsOf(sealed);
    const text = Buffer.from(sealed).toString('latin1');
    expect(range[0]).toBe(0);
    expect((range[2] ?? 0) + (range[3] ?? 0)).toBe(sealed.length);
    expect(text.match(/\/ByteRange/gu)).toHaveLength(1);
    expect(text).toMatch(/\/SubFilter ?\/ETSI\.CAdES\.detached/u);
  });

  it('is accepted by OpenSSL as CAdES under the root it publishes', async () => {
    await expect(verifyCms(sealed)).resolves.toContain('CAdES Verification successful');
  });

  it('signs the digest of the covered bytes and claims no signing time', () => {
    const { signed, cms } = partsOf(sealed);
    const attributes = signerOf(cms).signedAttrs?.attributes ?? [];
    const digest = attributes.find(({ type }) => type === '1.2.840.113549.1.9.4');
    const value = digest?.values[0] as asn1js.OctetString | undefined;
    expect(Buffer.from(value?.valueBlock.valueHexView ?? [])).toEqual(
      createHash('sha256').update(signed).digest(),
    );
    expect(attributes.map(({ type }) => type)).not.toContain('1.2.840.113549.1.9.5');
  });

  it('carries a timestamp over the signature value, at the time of the twin, that OpenSSL accepts', async () => {
    const signer = signerOf(partsOf(sealed).cms);
    const token = tokenOf(signer);
    const signature = Buffer.from(signer.signature.valueBlock.valueHexView);
    await writeFile(join(folder, 'token.der'), token);
    const digest = createHash('sha256').update(signature).digest('hex');
    const { stdout, stderr } = await openssl(
      `ts -verify -digest ${digest} -in token.der -token_in -CAfile tsa.pem`,
    );
    expect(stdout + stderr).toContain('Verification: OK');
    const { stdout: shown } = await openssl('ts -reply -token_in -in token.der -token_out -text');
    expect(shown).toContain('Time stamp: Nov 22 10:15:30 2026 GMT');
  });

  it('keeps the deposited bytes in front and adds one page', async () => {
    expect(Buffer.from(sealed).subarray(0, contract.length).equals(contract)).toBe(true);
    await expect(textOf(sealed)).resolves.toHaveLength((await textOf(contract)).length + 1);
  });

  it('writes TEST across every page and names contract and signatories on the last', async () => {
    const pages = await textOf(sealed);
    const details = pages.at(-1);
    for (const page of pages) expect(page).toMatch(/TEST$/u);
    for (const part of [
      'Contrat de travail de Camille Lefèvre',
      'CP-000042',
      'Élodie Marchand',
      'Zoë Kōkōwhātiwha Nguyễn-Жуков',
      '22/11/2026 à 10:14:00 UTC',
      'Contrat-Privé',
    ])
      expect(details).toContain(part);
  });

  it('leaves production documents without a watermark', async () => {
    const pages = await textOf(await sealer.seal(inputFor(contract, { watermark: false })));
    expect(pages.join(' ')).not.toMatch(/TEST/u);
  });

  it('speaks English where the contract does', async () => {
    const english = { id: 'CP-1', label: 'Lease', language: 'en' } as const;
    const pages = await textOf(await sealer.seal(inputFor(contract, { contract: english })));
    expect(pages.at(-1)).toContain('Signature details');
  });

  it('keeps fifty signatories and names that no font draws on one page', async () => {
    const many = Array.from({ length: 49 }, (_, i) =>
      person('Anne-Sophie', `Exemple-Modèle ${i}`, `a${i}@example.org`),
    );
    const signatories = [...many, person('漢字', '\u{1F600}\uD800', 'name@example.org')];
    const sealed = await sealer.seal(inputFor(contract, { signatories }));
    const pages = await textOf(sealed);
    expect(pages).toHaveLength(3);
    const [last] = (await PDF.load(sealed)).findText('U+1F600');
    // Above the footer's rule, at 56 points.
    expect(last?.bbox.y).toBeGreaterThan(56);
    expect(pages.at(-1)).toContain('Anne-Sophie Exemple-Modèle 48');
    expect(pages.at(-1)).toContain('[U+6F22][U+5B57] [U+1F600]');
  });
});

describe('documents that are not plain', () => {
  it('writes a file anew whose table of objects is wrong, and still seals it', async () => {
    const broken = Buffer.from(contract);
    const at = broken.lastIndexOf('startxref');
    broken.write('startxref\n7', at, 'latin1');
    const sealed = await sealer.seal(inputFor(new Uint8Array(broken)));
    await expect(verifyCms(sealed)).resolves.toContain('CAdES Verification successful');
    await expect(textOf(sealed)).resolves.toHaveLength(3);
  });

  it('keeps what a page draws with resources it inherits, and stamps turned pages', async () => {
    const pages = await textOf(await sealer.seal(inputFor(inheritingPdf())));
    expect(pages[0]).toMatch(/Inherited.*TEST/u);
  });

  it('refuses an encrypted document', async () => {
    const pdf = await PDF.load(contract);
    pdf.setProtection({ ownerPassword: 'owner', userPassword: '' });
    const encrypted = await pdf.save();
    await expect(sealer.seal(inputFor(encrypted))).rejects.toThrow('encrypted');
  });

  it('refuses what is not a PDF', async () => {
    await expect(sealer.seal(inputFor(new TextEncoder().encode('<html>no</html>')))).rejects.toThrow();
  });
});

/** One page turned by 90°, whose only drawing is found through the resources of the page tree. */
function inheritingPdf(): Uint8Array {
  const text = 'BT /F1 12 Tf 100 200 Td (Inherited) Tj ET';
  const font = '<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>';
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1/Resources<</XObject<</X1 5 0 R>>>>/MediaBox[0 0 595 842]>>',
    '<</Type/Page/Parent 2 0 R/Contents 4 0 R/Rotate 90>>',
    '<</Length 6>>stream\n/X1 Do\nendstream',
    `<</Type/XObject/Subtype/Form/BBox[0 0 595 842]/Resources<</Font<</F1 ${font}>>>>/Length ${text.length}>>stream\n${text}\nendstream`,
  ];
  let file = '%PDF-1.4\n';
  const rows = objects.map((body, i) => {
    const offset = file.length;
    file += `${i + 1} 0 obj\n${body}\nendobj\n`;
    return `${String(offset).padStart(10, '0')} 00000 n \n`;
  });
  const table = `xref\n0 6\n0000000000 65535 f \n${rows.join('')}trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n${file.length}\n%%EOF\n`;
  return new TextEncoder().encode(file + table);
}

describe('the authorities of the twin', () => {
  it('are kept from one start to the next, in a file of their owner alone', async () => {
    const again = await createSealer({ home: join(folder, 'twin'), now: () => NOW });
    expect(again.signerTrustPem).toBe(sealer.signerTrustPem);
    const { mode } = await stat(join(folder, 'twin', 'test-authorities.json'));
    expect(mode & 0o777).toBe(0o600);
  });

  it('are the same for two that start at once', async () => {
    const home = join(folder, 'both');
    const [one, two] = await Promise.all([
      createSealer({ home, now: () => NOW }),
      createSealer({ home, now: () => NOW }),
    ]);
    expect(one.tsaTrustPem).toBe(two.tsaTrustPem);
  });

  it('say which file to delete when it is not theirs', async () => {
    const home = await mkdtemp(join(folder, 'spoilt-'));
    await writeFile(join(home, 'test-authorities.json'), 'no');
    await expect(createSealer({ home, now: () => NOW })).rejects.toThrow(
      /test-authorities\.json.*delete that file/u,
    );
  });
});

describe('a tampered file', () => {
  it('with a flipped byte no longer verifies, though its structure is sound', async () => {
    const bad = await tamper(await sealer.seal(inputFor(contract)), 'flipped-byte');
    await expect(textOf(bad)).resolves.toHaveLength(3);
    await expect(verifyCms(bad)).rejects.toThrow(/digest|verification/iu);
  });

  it('with a changed page keeps its signature intact but not over the whole file', async () => {
    const bad = await tamper(await sealer.seal(inputFor(contract)), 'changed-page');
    await expect(verifyCms(bad)).resolves.toContain('CAdES Verification successful');
    const { range } = partsOf(bad);
    expect((range[2] ?? 0) + (range[3] ?? 0)).toBeLessThan(bad.length);
    expect((await textOf(bad))[0]).toContain('1 euro');
  });

  it('that is truncated has lost its end', async () => {
    const bad = await tamper(await sealer.seal(inputFor(contract)), 'truncated');
    expect(Buffer.from(bad).subarray(-64).toString('latin1')).not.toContain('%%EOF');
  });
});
