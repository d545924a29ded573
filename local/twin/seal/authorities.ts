import 'reflect-metadata';

import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as x509 from '@peculiar/x509';

import type { Identity } from './cms.js';

/** The twin's test authorities: who seals, who stamps the time, and the anchors that verifiers trust. */
export interface Authorities {
  readonly seal: Identity;
  readonly tsa: Identity;
  readonly signerTrustPem: string;
  readonly tsaTrustPem: string;
}

/** What lies on disk. The keys of the roots and of the intermediate are thrown away once they have signed. */
interface StoredAuthorities {
  readonly sealKey: string;
  readonly sealChain: readonly string[];
  readonly signerRoot: string;
  readonly tsaKey: string;
  readonly tsaChain: readonly string[];
  readonly tsaRoot: string;
}

type Algorithm = typeof RSA | typeof EC;

interface Issuer {
  readonly algorithm: Algorithm;
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

const FILE = 'test-authorities.json';
/** Of those who sign documents and times, as the platform's. */
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};
/** Of the authorities above them: a key of RSA takes a fifth of a second of a processor to make. */
const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
/** Long in both directions, as the twin's clock can be moved. */
const VALIDITY = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2049-12-31T23:59:59Z') };

/**
 * The authorities kept under `home` (one file, mode 0600), made at the first call. Two callers at once get the
 * same ones. Rejects with a sentence when the file is there but is not ours.
 */
export async function loadAuthorities(home: string): Promise<Authorities> {
  const file = join(home, FILE);
  const text = (await readIfThere(file)) ?? (await keep(home, file));
  try {
    return revive(JSON.parse(text) as StoredAuthorities);
  } catch (cause) {
    throw new Error(
      `The twin's test authorities in ${file} can't be read: delete that file to make new ones.`,
      { cause },
    );
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Writes aside, then links into place: the first writer wins and nobody reads half a file. */
async function keep(home: string, file: string): Promise<string> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, JSON.stringify(await issueAll()), { mode: 0o600, flag: 'wx' });
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft);
  }
  return readFile(file, 'utf8');
}

function revive(stored: StoredAuthorities): Authorities {
  return {
    seal: identity(stored.sealKey, stored.sealChain),
    tsa: identity(stored.tsaKey, stored.tsaChain),
    signerTrustPem: stored.signerRoot,
    tsaTrustPem: stored.tsaRoot,
  };
}

function identity(key: string, chain: readonly string[]): Identity {
  const [leaf, ...above] = chain.map((pem) => new Uint8Array(new x509.X509Certificate(pem).rawData));
  if (leaf === undefined) throw new Error('no certificate');
  return { key: createPrivateKey(key), chain: [leaf, ...above] };
}

async function issueAll(): Promise<StoredAuthorities> {
  x509.cryptoProvider.set(webcrypto);
  const [root, tsaRoot] = await Promise.all([
    issue('paraphe twin TEST root', EC, authority(1)),
    issue('paraphe twin TEST timestamp root', EC, authority(0)),
  ]);
  const [intermediate, tsa] = await Promise.all([
    issue('paraphe twin TEST seal authority', EC, authority(0), root),
    issue('paraphe twin TEST timestamp', RSA, timestamper(), tsaRoot),
  ]);
  const seal = await issue('paraphe twin TEST seal', RSA, signer(), intermediate);
  return {
    sealKey: await exportKey(seal),
    sealChain: [pem(seal), pem(intermediate)],
    signerRoot: pem(root),
    tsaKey: await exportKey(tsa),
    tsaChain: [pem(tsa)],
    tsaRoot: pem(tsaRoot),
  };
}

async function issue(
  commonName: string,
  algorithm: Algorithm,
  extensions: readonly x509.Extension[],
  issuer?: Issuer,
): Promise<Issuer> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const subject = [{ CN: [commonName] }, { O: ['paraphe twin (no legal value)'] }, { C: ['FR'] }];
  const certificate = await x509.X509CertificateGenerator.create({
    ...VALIDITY,
    serialNumber: serial(),
    subject,
    issuer: issuer?.certificate.subjectName ?? new x509.Name(subject),
    publicKey: keys.publicKey,
    signingKey: (issuer?.keys ?? keys).privateKey,
    signingAlgorithm: issuer?.algorithm ?? algorithm,
    extensions: [
      ...extensions,
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create((issuer?.keys ?? keys).publicKey),
    ],
  });
  return { algorithm, certificate, keys };
}

/** 16 random bytes, positive and of full length. */
function serial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

const authority = (pathLength: number): x509.Extension[] => [
  new x509.BasicConstraintsExtension(true, pathLength, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
];

const signer = (): x509.Extension[] => [
  new x509.BasicConstraintsExtension(false, undefined, true),
  new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.nonRepudiation, true),
];

/** RFC 3161, 2.3: the extended usage is timeStamping alone, and critical. */
const timestamper = (): x509.Extension[] => [
  ...signer(),
  new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.timeStamping], true),
];

const pem = (issuer: Issuer): string => `${issuer.certificate.toString('pem')}\n`;

async function exportKey(issuer: Issuer): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', issuer.keys.privateKey);
  const key = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  return key.export({ format: 'pem', type: 'pkcs8' }) as string;
}
