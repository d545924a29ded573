import type { Language, MailKind, Rules } from '../model.js';
import type { LetterSubject } from './letter.js';

interface Words {
  readonly subject: string;
  readonly lines: readonly string[];
  readonly action: string;
}

export interface LetterTexts {
  hello(name: string): string;
  readonly helloOwner: string;
  footer(rules: Rules): string;
  readonly kinds: Record<MailKind, (about: LetterSubject) => Words>;
}

export function letterTexts(language: Language): LetterTexts {
  return language === 'fr' ? FRENCH : ENGLISH;
}

const FRENCH: LetterTexts = {
  hello: (name) => `Bonjour ${name},`,
  helloOwner: 'Bonjour,',
  footer: (rules) =>
    `Contrat-Privé (bac à sable / twin) : ce message vient d'un jumeau de la plateforme Contrat-Privé, fait pour les essais` +
    `${rules === 'production' ? ', avec les règles de la production' : ''}. Rien de ce qui y est signé n'engage personne.`,
  kinds: {
    invitation: ({ label, deadline }) => ({
      subject: `Contrat-Privé (bac à sable) : « ${label} » à signer`,
      lines: [`Le contrat « ${label} » attend votre signature.`, `Il peut être signé jusqu'au ${deadline}.`],
      action: 'Lire et signer le contrat',
    }),
    draft_saved: ({ label }) => ({
      subject: `Contrat-Privé (bac à sable) : brouillon « ${label} » à valider`,
      lines: [
        `Le brouillon « ${label} » est enregistré. Il ne part aux signataires qu'une fois validé par vous.`,
      ],
      action: 'Vérifier et valider le brouillon',
    }),
    submitted: ({ label, deadline }) => ({
      subject: `Contrat-Privé (bac à sable) : « ${label} » publié`,
      lines: [`Le contrat « ${label} » est publié, et peut être signé jusqu'au ${deadline}.`],
      action: 'Voir le contrat',
    }),
    signed_by: ({ label, person }) => ({
      subject: `Contrat-Privé (bac à sable) : ${person} a signé « ${label} »`,
      lines: [`${person} a signé le contrat « ${label} ».`],
      action: 'Voir le contrat',
    }),
    blocked: ({ label, person }) => ({
      subject: `Contrat-Privé (bac à sable) : ${person} est bloqué(e) pour « ${label} »`,
      lines: [`${person} a saisi trop de codes erronés et ne peut plus signer le contrat « ${label} ».`],
      action: 'Voir le contrat',
    }),
    completed: ({ label }) => ({
      subject: `Contrat-Privé (bac à sable) : « ${label} » est signé par tous`,
      lines: [`Tous les signataires ont signé le contrat « ${label} ». Les documents signés sont prêts.`],
      action: 'Voir les documents signés',
    }),
    cancelled: ({ label }) => ({
      subject: `Contrat-Privé (bac à sable) : « ${label} » est annulé`,
      lines: [`Le contrat « ${label} » a été annulé : il ne peut plus être signé.`],
      action: 'Voir le contrat',
    }),
    expired: ({ label, deadline }) => ({
      subject: `Contrat-Privé (bac à sable) : « ${label} » a expiré`,
      lines: [`Le contrat « ${label} » n'a pas été signé par tous avant le ${deadline} : il a expiré.`],
      action: 'Voir le contrat',
    }),
  },
};

const ENGLISH: LetterTexts = {
  hello: (name) => `Dear ${name},`,
  helloOwner: 'Hello,',
  footer: (rules) =>
    `Contrat-Privé (sandbox / twin): this message comes from a twin of the platform Contrat-Privé, made for trials` +
    `${rules === 'production' ? ', under the rules of production' : ''}. Nothing that is signed there binds anybody.`,
  kinds: {
    invitation: ({ label, deadline }) => ({
      subject: `Contrat-Privé (sandbox): “${label}” is waiting for your signature`,
      lines: [
        `The contract “${label}” is waiting for your signature.`,
        `It can be signed until ${deadline}.`,
      ],
      action: 'Read and sign the contract',
    }),
    draft_saved: ({ label }) => ({
      subject: `Contrat-Privé (sandbox): draft “${label}” to be validated`,
      lines: [`The draft “${label}” has been saved. It goes to the signatories once you have validated it.`],
      action: 'Check and validate the draft',
    }),
    submitted: ({ label, deadline }) => ({
      subject: `Contrat-Privé (sandbox): “${label}” published`,
      lines: [`The contract “${label}” has been published and can be signed until ${deadline}.`],
      action: 'See the contract',
    }),
    signed_by: ({ label, person }) => ({
      subject: `Contrat-Privé (sandbox): ${person} has signed “${label}”`,
      lines: [`${person} has signed the contract “${label}”.`],
      action: 'See the contract',
    }),
    blocked: ({ label, person }) => ({
      subject: `Contrat-Privé (sandbox): ${person} is blocked for “${label}”`,
      lines: [`${person} has typed too many wrong codes and can no longer sign the contract “${label}”.`],
      action: 'See the contract',
    }),
    completed: ({ label }) => ({
      subject: `Contrat-Privé (sandbox): “${label}” is signed by all`,
      lines: [`All signatories have signed the contract “${label}”. The signed documents are ready.`],
      action: 'See the signed documents',
    }),
    cancelled: ({ label }) => ({
      subject: `Contrat-Privé (sandbox): “${label}” is cancelled`,
      lines: [`The contract “${label}” has been cancelled: it can no longer be signed.`],
      action: 'See the contract',
    }),
    expired: ({ label, deadline }) => ({
      subject: `Contrat-Privé (sandbox): “${label}” has expired`,
      lines: [`The contract “${label}” was not signed by all before ${deadline}: it has expired.`],
      action: 'See the contract',
    }),
  },
};
