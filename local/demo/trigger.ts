import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../project.js';

export interface DemoPerson {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly mobile: string;
}

/** Fictitious persons; the numbers kept for fiction in France count as impossible, so these are the usual examples. */
export const persons: readonly DemoPerson[] = [
  {
    firstName: 'Camille',
    lastName: 'Martin',
    email: 'camille.martin@example.org',
    mobile: '+33 6 12 34 56 78',
  },
  {
    firstName: 'Dominique',
    lastName: 'Bernard',
    email: 'dominique.bernard@example.com',
    mobile: '+33 6 12 34 56 79',
  },
];

/** The trigger that a human-resources system would post for a new colleague. */
export function demoTrigger(reference: string, now: Date): object {
  const file = path.join(projectRoot, 'local', 'demo', 'contrat-de-travail.pdf');
  return {
    reference,
    label: 'Contrat de travail',
    language: 'fr',
    deadline: new Date(now.getTime() + 14 * 24 * 3600 * 1000).toISOString().slice(0, 10),
    documents: [{ name: 'contrat-de-travail.pdf', content: readFileSync(file).toString('base64') }],
    signatories: persons.map((person, index) => ({ ...person, reference: `emp-${index + 1}` })),
    notify: { message: 'Merci de signer votre contrat avant la date limite.' },
    metadata: { department: 'ventes' },
  };
}
