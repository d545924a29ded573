const french = {
  title: 'Boîte aux lettres',
  intro: 'Tous les messages envoyés ici restent sur cette machine.',
  empty: 'Aucun message.',
  from: 'De',
  to: 'À',
  subject: 'Objet',
  received: 'Reçu',
  back: 'Tous les messages',
  links: 'Liens',
  plain: 'Texte',
  formatted: 'Mise en page',
  attachments: 'Pièces jointes',
  source: 'Source',
  remove: 'Supprimer',
  clear: 'Tout supprimer',
};

export type Words = typeof french & { readonly language: string };

const english: typeof french = {
  title: 'Mailbox',
  intro: 'Every message sent here stays on this machine.',
  empty: 'No message.',
  from: 'From',
  to: 'To',
  subject: 'Subject',
  received: 'Received',
  back: 'All messages',
  links: 'Links',
  plain: 'Text',
  formatted: 'Formatted',
  attachments: 'Attachments',
  source: 'Source',
  remove: 'Delete',
  clear: 'Delete all',
};

/** The page's words in the language that the browser prefers: French or English. */
export function wordsFor(preferred: string | false): Words {
  return preferred === 'fr' ? { ...french, language: 'fr' } : { ...english, language: 'en' };
}
