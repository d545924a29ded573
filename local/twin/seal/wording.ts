/** What the page of signature details says, in the contract's language. */
export interface Wording {
  readonly title: string;
  readonly intro: string;
  readonly contract: string;
  readonly reference: string;
  readonly file: string;
  readonly digest: string;
  readonly sealedAt: string;
  readonly signatories: string;
  readonly name: string;
  readonly email: string;
  readonly signedAt: string;
  readonly trail: string;
  readonly more: (count: number) => string;
  readonly footer: string;
  readonly testNotice: string;
}

const FRENCH: Wording = {
  title: 'Détails de la signature',
  intro:
    'Cette page fait partie du document signé. Elle nomme le contrat, ses signataires et le moment de chaque signature.',
  contract: 'Contrat',
  reference: 'Identifiant',
  file: 'Document',
  digest: 'Empreinte SHA-256 du dépôt',
  sealedAt: 'Scellé le',
  signatories: 'Signataires',
  name: 'Nom',
  email: 'Adresse électronique',
  signedAt: 'Signé le',
  trail: "Journal de l'opération",
  more: (count) => `… et ${count} autres entrées au journal de la plateforme.`,
  footer:
    'Scellé par le jumeau de la plateforme Contrat-Privé (paraphe), cachet PAdES et horodatage RFC 3161.',
  testNotice: 'Document de test : certificats et horodatages de test, aucune valeur juridique.',
};

const ENGLISH: Wording = {
  title: 'Signature details',
  intro:
    'This page is part of the signed document. It names the contract, its signatories and when each of them signed.',
  contract: 'Contract',
  reference: 'Identifier',
  file: 'Document',
  digest: 'SHA-256 of the deposited file',
  sealedAt: 'Sealed on',
  signatories: 'Signatories',
  name: 'Name',
  email: 'E-mail address',
  signedAt: 'Signed on',
  trail: 'Log of the operation',
  more: (count) => `… and ${count} more entries in the platform's log.`,
  footer: 'Sealed by the twin of the platform Contrat-Privé (paraphe): PAdES seal and RFC 3161 timestamp.',
  testNotice: 'Test document: test certificates and test timestamps, no legal value.',
};

export const wordingFor = (language: 'fr' | 'en'): Wording => (language === 'fr' ? FRENCH : ENGLISH);

const EVENTS: Readonly<Record<string, readonly [french: string, english: string]>> = {
  created: ['Contrat créé', 'Contract created'],
  submitted: ['Contrat soumis à signature', 'Contract submitted for signature'],
  notified: ['Signataire prévenu', 'Signatory notified'],
  sms_sent: ['Code envoyé par SMS', 'Code sent by SMS'],
  code_refused: ['Code refusé', 'Code refused'],
  deposit_paid: ['Acompte payé', 'Deposit paid'],
  signed: ['Signature', 'Signature'],
  completed: ['Contrat signé par tous', 'Contract signed by all'],
  cancelled: ['Contrat annulé', 'Contract cancelled'],
  expired: ['Contrat expiré', 'Contract expired'],
};

/** The name of a log entry for people; one that is not known stands as it is. */
export function eventName(event: string, language: 'fr' | 'en'): string {
  return EVENTS[event]?.[language === 'fr' ? 0 : 1] ?? event;
}

/** A time for people, always in UTC and saying so: the page is read anywhere. */
export function formatTime(at: Date, language: 'fr' | 'en'): string {
  const iso = at.toISOString();
  const [year, month, day] = iso.slice(0, 10).split('-');
  const time = iso.slice(11, 19);
  return language === 'fr'
    ? `${day}/${month}/${year} à ${time} UTC`
    : `${year}-${month}-${day} at ${time} UTC`;
}
