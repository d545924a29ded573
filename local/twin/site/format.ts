import type { Deposit, Language } from '../model.js';

const LOCALE: Record<Language, string> = { fr: 'fr-FR', en: 'en-GB' };

/** An instant as people in France read it. */
export function dateText(iso: string, language: Language): string {
  const how = { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Paris' } as const;
  return new Intl.DateTimeFormat(LOCALE[language], how).format(new Date(iso));
}

/** The same, short enough for a table. */
export function shortDate(iso: string, language: Language): string {
  const how = { dateStyle: 'short', timeStyle: 'medium', timeZone: 'Europe/Paris' } as const;
  return new Intl.DateTimeFormat(LOCALE[language], how).format(new Date(iso));
}

/** `amount` is in cents. */
export function moneyText(deposit: Deposit, language: Language): string {
  return new Intl.NumberFormat(LOCALE[language], { style: 'currency', currency: deposit.currency }).format(
    deposit.amount / 100,
  );
}

/** A number as a person recognises it, without telling it to others. */
export function hiddenMobile(mobile: string | null): string {
  return mobile === null ? '…' : `${mobile.slice(0, 3)} •••• ${mobile.slice(-2)}`;
}
