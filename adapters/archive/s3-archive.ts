import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { ArchiveMissing, checkKey, type Archive } from './archive.js';

export interface S3Address {
  bucket: string;
  /** Put before each key; empty or ending in `/`. */
  prefix: string;
  region: string;
  /** Absent: the provider's own for the region. */
  endpoint?: string;
  /** Objects can't be removed or replaced for so many days; the bucket must have been made with object lock. */
  lock?: { mode: 'GOVERNANCE' | 'COMPLIANCE'; days: number };
}

const DAY_MS = 24 * 3_600_000;

/**
 * `s3://bucket/prefix?endpoint=…&region=…&lock=governance&lockDays=90`; credentials come from the SDK's usual places.
 * @throws Error that says what is wrong with the address
 */
export function readS3Address(url: string): S3Address {
  const { hostname: bucket, pathname, searchParams } = new URL(url);
  const endpoint = searchParams.get('endpoint');
  const lock = searchParams.get('lock')?.toUpperCase();
  const days = Number(searchParams.get('lockDays') ?? 90);
  if (bucket === '') throw new Error('ARCHIVE_URL names no bucket: s3://bucket?endpoint=…&region=…');
  if (lock !== undefined && lock !== 'GOVERNANCE' && lock !== 'COMPLIANCE')
    throw new Error('ARCHIVE_URL: lock must be governance or compliance');
  if (!Number.isInteger(days) || days < 1) throw new Error('ARCHIVE_URL: lockDays must be a number of days');
  const prefix = decodeURIComponent(pathname).replaceAll(/^\/+|\/+$/g, '');
  return {
    bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
    region: searchParams.get('region') ?? 'us-east-1',
    ...(endpoint === null ? {} : { endpoint }),
    ...(lock === undefined ? {} : { lock: { mode: lock, days } }),
  };
}

/** An archive in a bucket: written once by a conditional request, locked where the address says so. */
export function createS3Archive(address: S3Address): Archive {
  const { bucket, prefix, region, endpoint } = address;
  // Path-style: servers other than the provider's own seldom have a name per bucket.
  const client = new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  });
  const at = (key: string): { Bucket: string; Key: string } => ({
    Bucket: bucket,
    Key: prefix + checkKey(key),
  });
  return {
    async put(key, bytes) {
      const once = { IfNoneMatch: '*', ChecksumAlgorithm: 'SHA256' } as const;
      const command = new PutObjectCommand({ ...at(key), ...once, ...lockOf(address), Body: bytes });
      await client.send(command).catch((error: unknown) => {
        if (statusOf(error) !== 412) throw error;
      });
    },
    async get(key) {
      const { Body } = await client.send(new GetObjectCommand(at(key))).catch((error: unknown) => {
        throw statusOf(error) === 404 ? new ArchiveMissing(`the archive has no ${key}`) : error;
      });
      if (Body === undefined) throw new ArchiveMissing(`the archive has no ${key}`);
      return Buffer.from((await Body.transformToByteArray()).buffer);
    },
    has: (key) =>
      client.send(new HeadObjectCommand(at(key))).then(
        () => true,
        (error: unknown) => {
          if (statusOf(error) === 404) return false;
          throw error;
        },
      ),
    async remove(key) {
      await client.send(new DeleteObjectCommand(at(key)));
    },
    async list(start) {
      const keys: string[] = [];
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix + start });
      for await (const page of pages)
        keys.push(...(page.Contents ?? []).map(({ Key = '' }) => Key.slice(prefix.length)));
      return keys.sort();
    },
  };
}

function lockOf({ lock }: S3Address): object {
  if (lock === undefined) return {};
  return {
    ObjectLockMode: lock.mode,
    ObjectLockRetainUntilDate: new Date(Date.now() + lock.days * DAY_MS),
  };
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}
