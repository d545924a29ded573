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
