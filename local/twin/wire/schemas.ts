import { z } from 'zod';

import { TwinError } from '../twin-error.js';

/** The eight requests as they come in. Unknown members are ignored, as the wire says. */

const E164 = /^\+[1-9]\d{6,14}$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const PDF_HEADER_WITHIN = 1024;

export const mobileSchema = z.string().regex(E164, 'must be an E.164 number');

const instant = z.iso.datetime({ offset: true, error: 'must be an ISO 8601 date-time with offset or Z' });

/** Reads base64 strictly; Node's own reading would drop what it does not know. */
const bytes = z.string().transform((text, context) => {
  if (text.length % 4 === 0 && BASE64.test(text)) return Buffer.from(text, 'base64');
  context.addIssue('must be base64');
  return z.NEVER;
});

const pdfBytes = bytes.transform((data, context) => {
  if (data.subarray(0, PDF_HEADER_WITHIN).includes('%PDF-')) return data;
  context.addIssue('must be a PDF');
  return z.NEVER;
});

const fileName = z.string().min(1).max(255);
const fileSchema = z.object({ name: fileName, data: bytes });
const pdfSchema = z.object({ name: fileName, data: pdfBytes });

const signatorySchema = z.object({
  firstName: z.string().min(1).max(100),
  lastName: z.string().min(1).max(100),
  email: z.email().max(254),
  mobile: mobileSchema.nullish(),
  deposit: z
    .object({ amount: z.number().int().positive(), currency: z.string().regex(/^[A-Z]{3}$/) })
    .nullish(),
});

export const createSchema = z
  .object({
    contract: z.object({
      label: z
        .string()
        .min(1)
        .refine((label) => Array.from(label).length <= 200, 'must have at most 200 characters'),
      language: z.enum(['fr', 'en']),
      deadline: instant,
    }),
    mainDocument: z.array(pdfSchema).min(1),
    annexes: z.array(fileSchema).nullish(),
    signatories: z.array(signatorySchema).min(1),
    notify: z
      .object({
        signatory: z.boolean().default(true),
        owner: z.boolean().default(true),
        submitMessage: z.string().max(5000).nullish(),
      })
      .default({ signatory: true, owner: true }),
    action: z.object({ submit: z.boolean().default(false) }).default({ submit: false }),
  })
  .refine((order) => !order.action.submit || order.signatories.every((one) => one.mobile), {
    path: ['signatories'],
    message: 'mobile may be missing only in a draft',
  })
  .refine((order) => order.action.submit || !order.notify.submitMessage, {
    path: ['notify', 'submitMessage'],
    message: 'works with action.submit only',
  });

export const listSchema = z.object({
  filter: z
    .object({
      status: z.array(z.enum(['draft', 'submitted', 'signed', 'cancelled', 'expired'])).nullish(),
      from: instant.nullish(),
      to: instant.nullish(),
    })
    .nullish(),
});

export const contractSchema = z.object({ contractId: z.string().min(1) });
export const signatoryOfSchema = contractSchema.extend({ signatoryId: z.string().min(1) });
export const signSchema = signatoryOfSchema.extend({ code: z.string().min(1).max(20) });
export const emptySchema = z.object({});

/** Reads a body, or throws `invalid_request` that names the first member at fault. */
export function readBody<T extends z.ZodType>(schema: T, body: unknown): z.output<T> {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const path = issue?.path.join('.') ?? '';
  throw new TwinError('invalid_request', {
    message: `Requête mal formée ou incomplète : ${path === '' ? '' : `${path}: `}${issue?.message ?? ''}`,
  });
}
