import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { z } from 'zod';
import { isTypeId } from '../ids.js';
import { line, lines } from './text.js';
import { dayOrInstant } from './time.js';

export const MAX_DOCUMENTS = 20;
export const MAX_SIGNATORIES = 50;
export const MAX_DOCUMENT_BYTES = 25 * 1024 * 1024;
export const MAX_REQUEST_BYTES = 50 * 1024 * 1024;
/** A PDF that was uploaded ahead is there for so long. */
export const UPLOAD_RETENTION_DAYS = 90;

const document = z
  .strictObject({
    name: line(255)
      .refine((name) => !/[/\\]/.test(name), 'has a slash')
      .meta({ description: 'File name', example: 'contrat.pdf' }),
    content: z.string().optional().meta({ description: 'The PDF in base64 (RFC 4648), up to 25 MB decoded' }),
    documentId: z
      .string()
      .refine((id) => isTypeId('doc', id), 'is not the id of a document')
      .optional()
      .meta({
        description:
          'A PDF uploaded by POST /v1/documents in the last 90 days; it is copied into the contract',
      }),
  })
  .refine(
    (value) => (value.content === undefined) !== (value.documentId === undefined),
    'needs either content or documentId',
  );

const mobile = z
  .string()
  .max(40)
  .transform((text, context) => {
    const number = parsePhoneNumberFromString(text, 'FR');
    // Possible, not assigned: ranges kept for fiction and newly opened ones are numbers all the same.
    if (number?.isPossible() === true && number.ext === undefined) return number.number;
    context.addIssue({ code: 'custom', message: 'is not a number that a phone can have' });
    return z.NEVER;
  });

const signatory = z.strictObject({
  firstName: line(100),
  lastName: line(100),
  email: z.email().max(254),
  mobile: mobile.optional().meta({
    description: 'Given back in E.164; may be missing only with action `save`',
    example: '+33 6 12 34 56 78',
  }),
  reference: line(100).optional(),
  deposit: z
    .strictObject({
      amount: z.int().positive().max(100_000_000).meta({ description: 'In cents' }),
      currency: z.string().regex(/^[A-Z]{3}$/, 'is not an ISO 4217 code'),
    })
    .optional(),
});

const metadata = z
  .record(line(100), lines(200))
  .refine((members) => Object.keys(members).length <= 20, 'has more than 20 members')
  .meta({ description: 'Up to 20 strings of up to 200 characters, given back everywhere' });

/** What asks for a contract (api.md, *A trigger*). */
export const trigger = z
  .strictObject({
    reference: line(100)
      .optional()
      .meta({ description: 'Unique for each client while the contract is not over' }),
    label: line(180),
    language: z.enum(['fr', 'en']).default('fr'),
    deadline: dayOrInstant.meta({
      description: 'A date-time, or a date: the end of that day in the connection’s time zone',
    }),
    documents: z.array(document).min(1).max(MAX_DOCUMENTS),
    annexes: z.array(document).max(MAX_DOCUMENTS).default([]),
    signatories: z.array(signatory).min(1).max(MAX_SIGNATORIES),
    notify: z
      .strictObject({
        signatories: z.boolean().default(true).meta({ description: 'false: the platform’s stealth mode' }),
        owner: z.boolean().default(true),
        message: lines(2000).optional(),
      })
      .prefault({}),
    action: z.enum(['submit', 'save']).default('submit'),
    metadata: metadata.default({}),
  })
  .superRefine((value, context) => {
    const fault = (path: PropertyKey[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    if (value.documents.length + value.annexes.length > MAX_DOCUMENTS)
      fault(['annexes'], `more than ${MAX_DOCUMENTS} documents and annexes`);
    if (value.action === 'save') {
      if (value.notify.message !== undefined)
        fault(['notify', 'message'], 'is not possible with action save');
      return;
    }
    for (const [index, { mobile }] of value.signatories.entries())
      if (mobile === undefined)
        fault(['signatories', index, 'mobile'], 'may be missing only with action save');
  });

export type Trigger = z.output<typeof trigger>;
export type TriggerDocument = Trigger['documents'][number];
