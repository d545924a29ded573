import { z } from 'zod';

const time = z.string().meta({ format: 'date-time' });
const nullable = <T extends z.ZodType>(schema: T): z.ZodNullable<T> => schema.nullable();
const listOf = (item: z.ZodType): z.ZodObject =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable() });

export const signatoryView = z.object({
  id: z.string(),
  firstName: nullable(z.string()),
  lastName: nullable(z.string()),
  email: nullable(z.string()),
  mobile: nullable(z.string()),
  reference: nullable(z.string()),
  status: z.enum(['pending', 'signed', 'blocked']),
  signedAt: nullable(time),
  smsSent: z.int(),
  smsLeft: z.int(),
  attemptsLeft: z.int(),
  deposit: nullable(z.object({ amount: z.int(), currency: z.string(), paidAt: nullable(time) })),
});

export const documentView = z.object({
  id: z.string(),
  name: nullable(z.string()),
  kind: z.enum(['main', 'annex']),
  size: z.int(),
  sha256: z.string(),
  signed: nullable(
    z.object({
      size: z.int(),
      sha256: z.string(),
      verification: z.enum(['pending', 'passed', 'indeterminate', 'failed']),
    }),
  ),
});

export const contractView = z
  .object({
    id: z.string(),
    reference: nullable(z.string()),
    label: nullable(z.string()).meta({ description: 'null once the personal data were erased' }),
    language: z.enum(['fr', 'en']),
    status: z.enum([
      'accepted',
      'draft',
      'open',
      'signed',
      'attention',
      'completed',
      'cancelled',
      'expired',
      'rejected',
    ]),
    statusReason: nullable(z.string()),
    environment: z.enum(['sandbox', 'production']),
    platformId: nullable(z.string()),
    action: z.enum(['submit', 'save']),
    deadline: time,
    createdAt: time,
    updatedAt: time,
    publishedAt: nullable(time),
    signedAt: nullable(time),
    completedAt: nullable(time),
    signatories: z.array(signatoryView),
    documents: z.array(documentView),
    estimate: nullable(z.object({ publishBy: time })),
    metadata: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Contract' });
export type ContractView = z.output<typeof contractView>;

export const contractListView = listOf(contractView);

export const eventView = z
  .object({
    id: z.string(),
    type: z.string(),
    version: z.literal('1'),
    sequence: nullable(z.int()),
    occurredAt: time,
    observedAt: time,
    environment: z.enum(['sandbox', 'production']),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event' });
/** An event of a contract. Members of the contract that the client's access does not show are absent. */
export const contractEventView = eventView
  .extend({
    sequence: z.int(),
    data: z.object({
      contract: z.object({
        id: z.string(),
        reference: nullable(z.string()).optional(),
        status: z.string().optional(),
        previousStatus: nullable(z.string()).optional(),
        deadline: time.optional(),
        signed: z.int().optional(),
        signatories: z.int().optional(),
        metadata: z.record(z.string(), z.string()).optional(),
      }),
      signatory: z
        .object({
          id: z.string(),
          reference: nullable(z.string()).optional(),
          smsLeft: z.int().optional(),
          attemptsLeft: z.int().optional(),
        })
        .optional(),
      documents: z
        .array(
          z.object({
            id: z.string(),
            sha256: z.string().optional(),
            size: z.int().optional(),
            verification: z.enum(['pending', 'passed', 'indeterminate', 'failed']).optional(),
            href: z.string().optional(),
          }),
        )
        .optional(),
      actor: z.enum(['client', 'signatory', 'platform', 'deadline', 'operator', 'system']),
      reason: nullable(z.string()),
    }),
  })
  .meta({ id: 'ContractEvent' });
/** An event of the client's account. */
export const accountEventView = eventView.extend({ sequence: z.null() }).meta({ id: 'AccountEvent' });
export const eventListView = listOf(eventView);

export const smsCountView = z.object({ id: z.string(), smsSent: z.int(), smsLeft: z.int() });
export const smsAllView = z.object({ signatories: z.array(smsCountView) });
export const signatureView = z.object({
  id: z.string(),
  status: z.literal('signed'),
  contractStatus: z.string(),
});
export const uploadView = z.object({ id: z.string(), sha256: z.string(), size: z.int(), pages: z.int() });
export const logView = z.object({
  data: z.array(
    z.object({
      at: time,
      event: z.string(),
      signatoryId: nullable(z.string()),
      detail: nullable(z.string())
        .optional()
        .meta({ description: 'Absent for a client limited to fewer fields' }),
    }),
  ),
  retrievedAt: nullable(time),
});

export const receivedView = z.object({
  contractId: z.string(),
  receivedAt: nullable(time),
  purgedAt: nullable(time),
  receipt: nullable(z.record(z.string(), z.unknown())).meta({
    description: 'What was removed, and what stays: digests, verdicts, times; null until it is done',
  }),
});

export const endpointView = z
  .object({
    id: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    description: z.string(),
    status: z.enum(['enabled', 'disabled']),
    disabledReason: nullable(z.string()),
    disabledAt: nullable(time),
    createdAt: time,
  })
  .meta({ id: 'WebhookEndpoint' });
export const endpointCreatedView = endpointView.extend({ secret: z.string() });
export const endpointListView = listOf(endpointView);

export const attemptView = z
  .object({
    at: time,
    status: nullable(z.int()),
    durationMs: z.int(),
    response: nullable(z.string()).meta({ description: 'The first 4 KiB of the answer' }),
    error: nullable(z.string()).meta({
      description:
        'A stable code; null when delivered. `interrupted`: cut off by a crash of ours and made again',
    }),
  })
  .meta({ description: 'Neither status nor error: under way' });
/** What came of a test, and where it is logged. */
export const testView = attemptView.extend({ deliveryId: z.string() });
export const deliveryView = z
  .object({
    id: z.string(),
    eventId: z.string(),
    endpointId: z.string(),
    status: z.enum(['pending', 'delivered', 'failed']),
    nextAttemptAt: nullable(time),
    attempts: z.array(attemptView),
  })
  .meta({ id: 'Delivery' });
export const deliveryListView = listOf(deliveryView);

export const keyView = z
  .object({
    id: z.string(),
    hint: z.string(),
    scopes: z.array(z.string()),
    createdAt: time,
    expiresAt: nullable(time),
    revokedAt: nullable(time),
    lastUsedAt: nullable(time),
  })
  .meta({ id: 'Key' });
export const keyListView = listOf(keyView);
export const newKeyView = z.object({ id: z.string(), key: z.string(), expiresAt: nullable(time) });

export const clientView = z
  .object({
    id: z.string(),
    name: z.string(),
    contact: z.object({ email: nullable(z.string()) }),
    scopes: z.array(z.string()),
    fields: nullable(z.array(z.string())),
    limits: z.record(z.string(), z.unknown()),
    settings: z.record(z.string(), z.unknown()),
    allowedNetworks: z.array(z.string()),
    status: z.enum(['active', 'disabled']),
    expiresAt: nullable(time),
    createdAt: time,
  })
  .meta({ id: 'Client' });
export const clientListView = listOf(clientView);
export const clientCreatedView = clientView.extend({ key: z.string() });

export const connectionListView = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      environment: z.enum(['sandbox', 'production']),
      url: z.string(),
      apiUser: z.string(),
      dailyQuota: nullable(z.int()).meta({ description: 'null where the platform counts nothing' }),
      usedToday: z.int().meta({ description: 'Requests that count in the last 24 hours' }),
      smsLimit: z.int(),
      attemptLimit: z.int(),
      timeZone: z.string(),
      reachable: nullable(z.boolean()),
      createdAt: time,
    }),
  ),
  nextCursor: nullable(z.string()),
});

export const problemView = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    requestId: z.string(),
    errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
