import { createHash } from 'node:crypto';
import { entryText, type ChainedEntry } from '../../../domain/journal/entry.js';
import type { AddCheck } from './evidence-check.js';

/** Our events: all of this contract, none left out. */
export function checkEvents(text: string, contractId: string, add: AddCheck): void {
  const lines = text.split('\n').filter((line) => line !== '');
  const wrong = lines.findIndex((line, index) => {
    const event = JSON.parse(line) as { sequence: number; data: { contract: { id: string } } };
    return event.sequence !== index + 1 || event.data.contract.id !== contractId;
  });
  if (wrong === -1) add('events', 'passed', `${lines.length} events without a gap.`);
  else add('events', 'failed', `Event ${wrong + 1} is missing or of another contract.`);
}

/** Our journal's entries about the contract: each with the hash that the chain has for it. */
export function checkJournal(text: string, add: AddCheck): void {
  const entries = JSON.parse(text) as ChainedEntry[];
  let before: ChainedEntry | undefined;
  for (const entry of entries) {
    const hash = createHash('sha256').update(entryText(entry)).digest('hex');
    const follows = before?.position !== entry.position - 1 || before.hash === entry.previousHash;
    if (hash !== entry.hash || !follows)
      return add('journal', 'failed', `Entry ${entry.position} of the journal is not what was chained.`);
    before = entry;
  }
  add('journal', 'passed', `${entries.length} entries of the journal, each with its place in the chain.`);
}
