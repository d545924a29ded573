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
import type { S3Address } from './s3-address.js';

const DAY_MS = 24 * 3_600_000;

/** The SDK by itself waits for ever. It tries each request three times. */
const TIMEOUTS = { connectionTimeout: 5_000, socketTimeout: 20_000 };

/**
 * An archive in a bucket: written once by a conditional request, locked where the address says so.
 * @param timeouts in milliseconds, of silence
 */
export function createS3Archive(address: S3Address, timeouts = TIMEOUTS): Archive {
  const { bucket, prefix, region, endpoint } = address;
  // Path-style: servers other than the provider's own seldom have a name per bucket.
  const client = new S3Client({
    region,
    requestHandler: timeouts,
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
