import { z } from 'zod';

/** The answers of the platform as its wire gives them (platform-wire.md). Unknown members are ignored. */

/** What is recorded as the time of an event: one that is none could never be. */
const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)));
const nullableTime = time.nullish().transform((value) => value ?? null);

export const checkAnswer = z.object({ platform: z.enum(['sandbox', 'production']), account: z.string() });

export const createAnswer = z.object({
  contractId: z.string().min(1),
  status: z.enum(['submitted', 'draft']),
  signatories: z.array(z.object({ signatoryId: z.string().min(1) })),
});

const status = z.enum(['draft', 'submitted', 'signed', 'cancelled', 'expired']);

const listed = z.object({
  contractId: z.string(),
  label: z.string(),
  status,
  createdAt: time,
  updatedAt: time,
});
/** The account's other contracts are in it, too: one in a status that we do not know must not hide ours. */
const listedStatus = status.or(z.string().transform(() => 'unknown' as const));
export const listAnswer = z.object({ contracts: z.array(listed.extend({ status: listedStatus })) });

const signatory = z.object({
  signatoryId: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  email: z.string(),
  mobile: z
    .string()
    .nullish()
    .transform((value) => value ?? null),
  status: z.enum(['pending', 'signed', 'blocked']),
  signedAt: nullableTime,
  smsSent: z.number().int(),
  attemptsLeft: z.number().int(),
  deposit: z.object({ paidAt: nullableTime }).nullish(),
});

const logEntry = z.object({
  // Kept as it is, for the verification to judge.
  at: z.string(),
  event: z.string(),
  signatoryId: z
    .string()
    .nullish()
    .transform((value) => value ?? null),
  detail: z
    .string()
    .nullish()
    .transform((value) => value ?? null),
});

/** The member that holds a signed document, base64. */
export const SIGNED_FILE = 'data.sign';

export const detailAnswer = listed.extend({
  deadline: time,
  signedAt: nullableTime,
  signatories: z.array(signatory),
  mainDocument: z.array(z.object({ name: z.string(), [SIGNED_FILE]: z.string().nullish() })),
  log: z.array(logEntry).default([]),
});

const smsCount = z.object({ signatoryId: z.string(), smsSent: z.number().int(), smsLeft: z.number().int() });
export const smsAnswer = smsCount;
export const smsToAllAnswer = z.object({ signatories: z.array(smsCount) });

export const signAnswer = z.object({ contractStatus: z.enum(['submitted', 'signed']) });
export const cancelAnswer = z.object({ status: z.literal('cancelled') });

/** The body of a refusal; programs read `code`, `message` is for people. */
export const errorAnswer = z.object({
  error: z.object({ code: z.string(), attemptsLeft: z.number().int().optional() }),
});
