import type { MailKind } from './plan.js';

/** What a mail can say; `link` only where there is a page to go to. */
export interface MailFacts {
  /** Full name of the signatory; empty for the client's contact. */
  name: string;
  label: string;
  reference: string | null;
  deadline: string;
  signed: number;
  signatories: number;
  link: string | null;
}

export interface Wording {
  subject: string;
  paragraphs: string[];
  /** Text of the link's button. */
  action: string;
}

type Write = (facts: MailFacts) => Wording;

const named = ({ label, reference }: MailFacts): string =>
  reference === null ? label : `${label} (${reference})`;
const bonjour = ({ name }: MailFacts): string => (name === '' ? 'Bonjour,' : `Bonjour ${name},`);
const hello = ({ name }: MailFacts): string => (name === '' ? 'Hello,' : `Dear ${name},`);

export const FRENCH: Record<MailKind, Write> = {
  invitation: (facts) => ({
    subject: `Document à signer : ${facts.label}`,
    paragraphs: [
      bonjour(facts),
      `Le document « ${facts.label} » attend votre signature.`,
      `Vous pouvez le signer jusqu’au ${facts.deadline}.`,
    ],
    action: 'Lire et signer',
  }),
  reminder: (facts) => ({
    subject: `Rappel : ${facts.label} attend votre signature`,
    paragraphs: [
      bonjour(facts),
      `Le document « ${facts.label} » n’est pas encore signé par vous.`,
      `Vous pouvez le signer jusqu’au ${facts.deadline} ; ensuite il sera annulé.`,
    ],
    action: 'Lire et signer',
  }),
  deadline_warning: (facts) => ({
    subject: `Échéance proche : ${facts.label}`,
    paragraphs: [
      bonjour(facts),
      `« ${named(facts)} » : ${facts.signed} signature(s) sur ${facts.signatories}.`,
      `Sans les signatures manquantes, le contrat sera annulé le ${facts.deadline}.`,
    ],
    action: '',
  }),
  completed: (facts) => ({
    subject: `Signé, vérifié et archivé : ${facts.label}`,
    paragraphs: [
      bonjour(facts),
      `Tous ont signé « ${named(facts)} ».`,
      'Les documents signés ont été vérifiés et archivés ; votre application peut les retirer.',
    ],
    action: '',
  }),
  expired: (facts) => ({
    subject: `Échéance passée : ${facts.label}`,
    paragraphs: [
      bonjour(facts),
      `« ${named(facts)} » n’a pas été signé par tous avant le ${facts.deadline} (${facts.signed} sur ${facts.signatories}). Le contrat est annulé.`,
    ],
    action: '',
  }),
};

export const ENGLISH: Record<MailKind, Write> = {
  invitation: (facts) => ({
    subject: `Document to sign: ${facts.label}`,
    paragraphs: [
      hello(facts),
      `The document “${facts.label}” is waiting for your signature.`,
      `You can sign it until ${facts.deadline}.`,
    ],
    action: 'Read and sign',
  }),
  reminder: (facts) => ({
    subject: `Reminder: ${facts.label} is waiting for your signature`,
    paragraphs: [
      hello(facts),
      `You have not signed “${facts.label}” yet.`,
      `You can sign it until ${facts.deadline}; after that it will be cancelled.`,
    ],
    action: 'Read and sign',
  }),
  deadline_warning: (facts) => ({
    subject: `Deadline approaching: ${facts.label}`,
    paragraphs: [
      hello(facts),
      `“${named(facts)}”: ${facts.signed} of ${facts.signatories} have signed.`,
      `Without the missing signatures the contract will be cancelled on ${facts.deadline}.`,
    ],
    action: '',
  }),
  completed: (facts) => ({
    subject: `Signed, verified and archived: ${facts.label}`,
    paragraphs: [
      hello(facts),
      `Everybody has signed “${named(facts)}”.`,
      'The signed documents were verified and archived; your application can fetch them.',
    ],
    action: '',
  }),
  expired: (facts) => ({
    subject: `Deadline passed: ${facts.label}`,
    paragraphs: [
      hello(facts),
      `“${named(facts)}” was not signed by everybody before ${facts.deadline} (${facts.signed} of ${facts.signatories}). The contract is cancelled.`,
    ],
    action: '',
  }),
};

/** Users must learn that the service uses the platform (CP12). */
export const NOTICE = {
  fr: 'Ce service utilise Contrat-Privé (Efalia Sign) pour la signature : son nom figure dans le SMS et sur la dernière page du document signé.',
  en: 'This service uses Contrat-Privé (Efalia Sign) for signatures: its name stands in the SMS and on the last page of the signed document.',
} as const;
