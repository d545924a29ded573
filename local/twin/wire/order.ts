import type { z } from 'zod';

import type { Clock } from '../clock.js';
import type { Order } from '../contract/create.js';
import type { StoredDocument } from '../model.js';
import type { Documents } from '../record/documents.js';
import { TwinError } from '../twin-error.js';
import type { createSchema } from './schemas.js';

type CreateBody = z.output<typeof createSchema>;

/** Turns a create request into an order; its documents are on the disk when it resolves. */
export async function readOrder(body: CreateBody, documents: Documents, clock: Clock): Promise<Order> {
  if (Date.parse(body.contract.deadline) <= clock.now()) {
    throw new TwinError('invalid_request', { message: 'contract.deadline: must lie in the future' });
  }
  return {
    label: body.contract.label,
    language: body.contract.language,
    deadline: body.contract.deadline,
    mainDocument: await storeAll(body.mainDocument, documents),
    annexes: await storeAll(body.annexes ?? [], documents),
    signatories: body.signatories.map((one) => ({
      firstName: one.firstName,
      lastName: one.lastName,
      email: one.email,
      mobile: one.mobile ?? null,
      deposit: one.deposit ?? null,
    })),
    notify: { ...body.notify, submitMessage: body.notify.submitMessage ?? null },
    submit: body.action.submit,
  };
}

function storeAll(
  files: readonly { name: string; data: Buffer }[],
  documents: Documents,
): Promise<StoredDocument[]> {
  return Promise.all(
    files.map(async (file) => ({
      name: file.name,
      digest: await documents.put(file.data),
      size: file.data.length,
      sealed: null,
    })),
  );
}
