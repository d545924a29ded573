import { renderEndpointNotice } from '../domain/mails/endpoint-notice.js';
import { isOutdated, type MailKind } from '../domain/mails/plan.js';
import { fillLink, renderMail, type RenderedMail } from '../domain/mails/render.js';
import { readEndpointNotice } from '../store/endpoint-notices.js';
import type { DueMail } from '../store/mails.js';
import { readPersonal } from '../store/personal.js';
import type { ReaderDeps } from './contract-reader.js';

/** A mail with its address, or why there is none to be sent any more. */
export type ComposedMail = (RenderedMail & { to: string }) | 'no_address' | 'outdated';

/** Puts a due mail together. @throws Erased */
export async function composeMail(deps: ReaderDeps, mail: DueMail): Promise<ComposedMail> {
  if (mail.kind === 'webhook_failing' || mail.kind === 'webhook_disabled') {
    const notice = await readEndpointNotice(deps.db, mail.key);
    if (notice == null) return 'no_address';
    return { ...renderEndpointNotice(mail.kind, notice.facts), to: notice.to };
  }
  const { kind, contractId } = mail;
  return contractId === null ? 'no_address' : composeContractMail(deps, { ...mail, kind, contractId });
}

type ContractMail = DueMail & { kind: MailKind; contractId: string };

/** From the contract's row and its sealed names. */
async function composeContractMail({ db, vault }: ReaderDeps, mail: ContractMail): Promise<ComposedMail> {
  const row = await db
    .selectFrom('paraphe.contract as contract')
    .innerJoin('paraphe.client as client', 'client.id', 'contract.client_id')
    .innerJoin('paraphe.connection as connection', 'connection.id', 'contract.connection_id')
    .leftJoin('personal.client_contact as contact', 'contact.client_id', 'contract.client_id')
    .select(['contract.state', 'contract.reference', 'contract.language', 'contract.signatory_references'])
    .select(['client.settings', 'connection.time_zone', 'contact.email'])
    .where('contract.id', '=', mail.contractId)
    .executeTakeFirst();
  if (row === undefined) return 'no_address';
  if (isOutdated(mail, row.state)) return 'outdated';
  const personal = await readPersonal(db, vault, mail.contractId);
  const person = personal.signatories.find((signatory) => signatory.id === mail.signatoryId);
  const to = mail.signatoryId === null ? row.email : person?.email;
  if (to == null) return 'no_address';
  const { state } = row;
  const rendered = renderMail(mail.kind, row.language, {
    name: person === undefined ? '' : `${person.firstName} ${person.lastName}`,
    label: personal.label,
    reference: row.reference,
    deadline: inWords(state.deadline, row.language, row.time_zone),
    signed: state.signatories.filter((signatory) => signatory.status === 'signed').length,
    signatories: state.signatories.length,
    link: linkFor(mail, row.settings.signingPage, row.signatory_references),
  });
  return { ...rendered, to };
}

function linkFor(
  mail: ContractMail,
  template: string | undefined,
  references: Record<string, string>,
): string | null {
  if (template === undefined || mail.signatoryId === null) return null;
  const { contractId: contract, signatoryId: signatory } = mail;
  return fillLink(template, { contract, signatory, reference: references[signatory] ?? '' });
}

function inWords(instant: string, language: 'fr' | 'en', timeZone: string): string {
  const format = { dateStyle: 'long', timeStyle: 'short', timeZone } as const;
  return new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', format).format(new Date(instant));
}
