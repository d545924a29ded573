import { watchWorkflowId } from '../../domain/start-options.js';
import { attemptsLeft, smsLeft } from '../../domain/contract/limits.js';
import type { ContractState, SignatoryState } from '../../domain/contract/state.js';

/**
 * What Temporal's UI shows of a contract at a glance, in Markdown: who has signed, what is left, the deadline, and who
 * polls. The next poll's instant is told by the watch alone: here each poll would have to write to each history.
 * @param namespace of Temporal
 */
export function describe(state: ContractState, namespace: string): string {
  const reason = state.statusReason === null ? '' : ` (${state.statusReason})`;
  const head = `**${state.status}**${reason} · deadline ${state.deadline} · ${state.environment}`;
  const platform =
    state.platformId === null ? 'not on the platform yet' : `platform id \`${state.platformId}\``;
  const signatories = state.signatories.map((signatory) => `- ${lineOf(signatory, state)}`);
  return [head, '', platform + polledBy(state, namespace), '', ...signatories].join('\n');
}

function polledBy(
  { status, platformId, connectionId, draftLeftBehind }: ContractState,
  namespace: string,
): string {
  const isWatched = ['draft', 'open', 'attention'].includes(status) || draftLeftBehind;
  if (platformId === null || !isWatched) return '';
  const id = watchWorkflowId(connectionId);
  return ` · next poll: see [the watch](/namespaces/${namespace}/workflows/${id}), \`${id}\``;
}

function lineOf(signatory: SignatoryState, state: ContractState): string {
  if (signatory.status === 'signed') return `\`${signatory.id}\` signed ${signatory.signedAt ?? ''}`;
  const sms = smsLeft(signatory, state.limits);
  const attempts = attemptsLeft(signatory, state.limits);
  return `\`${signatory.id}\` ${signatory.status} · ${sms} SMS left · ${attempts} attempts left`;
}
