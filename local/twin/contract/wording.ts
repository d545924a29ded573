import type { Actor, Language } from '../model.js';

/** The `detail` of a contract's log entries, for people, in the contract's language. */
export interface Wording {
  readonly created: string;
  readonly drafted: string;
  readonly published: string;
  readonly completed: string;
  readonly expired: string;
  invited(email: string): string;
  cancelled(actor: Actor): string;
  codeSent(mobile: string, isReal: boolean): string;
  codeRefused(left: number): string;
  paid(amount: string): string;
  signed(name: string): string;
}

export function wordingFor(language: Language): Wording {
  return language === 'fr' ? FRENCH : ENGLISH;
}

const FRENCH: Wording = {
  created: 'Contrat créé',
  drafted: 'Brouillon enregistré',
  published: 'Contrat publié',
  completed: 'Tous les signataires ont signé',
  expired: 'Date limite de signature passée',
  invited: (email) => `Invitation envoyée à ${email}`,
  cancelled: (actor) => `Annulé par le déposant (${actor === 'api' ? 'API' : 'site'})`,
  codeSent: (mobile, isReal) =>
    `Code Contrat-Privé envoyé au ${mobile}${isReal ? '' : ' (bac à sable : aucun SMS réel)'}`,
  codeRefused: (left) => `Code erroné, essais restants : ${left}`,
  paid: (amount) => `Acompte de ${amount} réglé par carte de test`,
  signed: (name) => `Signé par ${name}`,
};

const ENGLISH: Wording = {
  created: 'Contract created',
  drafted: 'Draft saved',
  published: 'Contract published',
  completed: 'All signatories have signed',
  expired: 'Deadline passed',
  invited: (email) => `Invitation sent to ${email}`,
  cancelled: (actor) => `Cancelled by the depositor (${actor === 'api' ? 'API' : 'site'})`,
  codeSent: (mobile, isReal) =>
    `Contrat-Privé code sent to ${mobile}${isReal ? '' : ' (sandbox: no real SMS)'}`,
  codeRefused: (left) => `Wrong code, attempts left: ${left}`,
  paid: (amount) => `Deposit of ${amount} paid with the test card`,
  signed: (name) => `Signed by ${name}`,
};
