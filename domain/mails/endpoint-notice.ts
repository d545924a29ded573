import { renderPlain, type RenderedMail } from './render.js';

export type EndpointNoticeKind = 'webhook_failing' | 'webhook_disabled';

export interface EndpointNoticeFacts {
  endpointId: string;
  /** Of its URL; the rest may hold a secret. */
  host: string;
  /** Both in UTC. */
  failingSince: string;
  disableAt: string;
}

/**
 * What an endpoint's owner is told 24 hours before it is disabled, and then (api.md, *Webhooks*): in French and in
 * English, since a client's language is not known.
 */
export function renderEndpointNotice(kind: EndpointNoticeKind, facts: EndpointNoticeFacts): RenderedMail {
  const { endpointId, host, failingSince, disableAt } = facts;
  if (kind === 'webhook_failing') {
    return renderPlain(`Webhook : ${host} ne répond plus / is failing`, [
      `Bonjour, tous les envois au point de réception ${endpointId} (${host}) échouent depuis le ${failingSince}. Si rien ne change, il sera désactivé le ${disableAt}. Les événements restent disponibles pendant 90 jours.`,
      `Hello, all deliveries to the webhook endpoint ${endpointId} (${host}) have failed since ${failingSince}. Unless one succeeds, it will be disabled on ${disableAt}. Events stay available for 90 days.`,
    ]);
  }
  return renderPlain(`Webhook : ${host} est désactivé / has been disabled`, [
    `Bonjour, le point de réception ${endpointId} (${host}) a été désactivé : tous les envois ont échoué depuis le ${failingSince}. Réactivez-le, puis demandez les événements manqués (« enable », « replay ») ; ils restent disponibles pendant 90 jours.`,
    `Hello, the webhook endpoint ${endpointId} (${host}) has been disabled: all deliveries have failed since ${failingSince}. Enable it again, then ask for what it missed (“enable”, “replay”); events stay available for 90 days.`,
  ]);
}
