import { z } from 'zod';
import { CLIENT_SCOPES, SCOPES } from '../scopes.js';
import { isTypeId, type IdPrefix } from '../ids.js';
import { line, lines } from './text.js';
import { dayOrInstant, instant } from './time.js';

export const id = (prefix: IdPrefix): z.ZodString =>
  z.string().refine((text) => isTypeId(prefix, text), `is not an id with the prefix ${prefix}_`);

const limit = z.coerce.number().int().min(1).max(100).default(20);

/** Every list: `?limit=` and `?cursor=`. */
export const page = z.strictObject({ limit, cursor: z.string().max(200).optional() });

export const contractList = page.extend({
  status: z
    .enum([
      'accepted',
      'draft',
      'open',
      'signed',
      'attention',
      'completed',
      'cancelled',
      'expired',
      'rejected',
    ])
    .optional(),
  reference: lines(100).optional(),
  // A date means the whole day, in the connection's time zone.
  createdFrom: dayOrInstant.optional(),
  createdTo: dayOrInstant.optional(),
});

export const feedQuery = z.strictObject({
  limit,
  after: id('evt').optional(),
  cursor: id('evt').optional(),
  type: lines(100).optional(),
  contract: id('ctr').optional(),
  wait: z.coerce
    .number()
    .int()
    .min(0)
    .max(60)
    .default(0)
    .meta({ description: 'Seconds to wait for an event' }),
});

export const cancelBody = z.strictObject({ reason: line(500).optional() });
export const signatureBody = z.strictObject({
  code: z.string().regex(/^[0-9A-Za-z]{1,20}$/, 'is not a code'),
});
export const overlapBody = z.strictObject({ overlapHours: z.number().min(0).max(168).default(24) });
export const replayBody = z.strictObject({ since: instant });
export const nothing = z.strictObject({});

const headers = z.record(z.string(), z.string());
const pem = z.string().max(100_000);
const endpointMembers = {
  url: z.string().min(1).max(2048),
  events: z.array(z.string().max(100)).max(50),
  description: lines(500),
  headers: headers.meta({ description: 'Sent along with each webhook; kept sealed, never shown again' }),
  oauth: z
    .strictObject({
      tokenUrl: z.string().min(1).max(2048),
      clientId: line(200),
      clientSecret: line(2000),
      scope: line(500).optional(),
      audience: line(500).optional(),
    })
    .nullable()
    .meta({ description: 'OAuth 2 client credentials for the endpoint' }),
  tls: z
    .strictObject({
      cert: pem.optional(),
      key: pem.optional(),
      passphrase: line(1000).optional(),
      ca: pem.optional(),
    })
    .nullable()
    .meta({ description: 'A certificate of ours towards the endpoint (mutual TLS), PEM' }),
};
export const endpointCreate = z.strictObject(endpointMembers).partial().required({ url: true });
export const endpointPatch = z.strictObject(endpointMembers).partial();

const contact = z.strictObject({ email: z.email().max(254) });
const settings = z.strictObject({
  signingPage: z.url().max(2000).optional(),
  retentionDays: z
    .int()
    .min(1)
    .max(3650)
    .optional()
    .meta({ description: 'Days for which a contract that is over is kept; 90 when absent' }),
});
const networks = z.array(
  z.union(
    [z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()],
    'is neither an address nor a network in CIDR notation',
  ),
);
const limits = z.record(line(100), z.number());
const clientMembers = {
  name: line(200),
  contact,
  scopes: z.array(z.enum(CLIENT_SCOPES)).min(1),
  fields: z.array(line(100)).nullable(),
  limits,
  settings,
  allowedNetworks: networks.max(100),
  expiresAt: instant.nullable(),
};
export const clientCreate = z
  .strictObject(clientMembers)
  .partial()
  .required({ name: true, contact: true, scopes: true });
export const clientPatch = z
  .strictObject({ ...clientMembers, status: z.enum(['active', 'disabled']) })
  .partial();
export const keyCreate = z
  .strictObject({ scopes: z.array(z.enum(SCOPES)).min(1), expiresAt: instant.nullable() })
  .partial();

export const resolveBody = z
  .strictObject({
    action: z.enum(['adopt', 'never_created', 'look_again', 'retrieve_again', 'accept', 'give_up']),
    platformId: line(200).optional(),
    reason: line(500),
  })
  .refine((value) => (value.action === 'adopt') === (value.platformId !== undefined), {
    path: ['platformId'],
    message: 'is needed with adopt and only there',
  });

export const usageQuery = z.strictObject({ from: dayOrInstant.optional(), to: dayOrInstant.optional() });
