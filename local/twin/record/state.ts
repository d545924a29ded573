import { createMemory, type Change, type Memory } from './memory.js';
import { openJournal, readJournal, replaceJournal } from './journal.js';

/** What the twin knows, in memory, and the promise that a change is on the disk. */
export interface State extends Memory {
  /**
   * Puts changes into memory at once and on the disk as one line, all or nothing.
   * Nobody may be told of a change before this resolves.
   */
  commit(changes: readonly Change[]): Promise<void>;
  /** Resolves when everything committed so far is on the disk. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Reads the journal at `path`, writes it anew without what has been overtaken, and opens it. */
export async function openState(path: string): Promise<State> {
  const memory = createMemory();
  for await (const line of readJournal(path)) memory.apply(JSON.parse(line) as Change[]);
  await replaceJournal(path, snapshot(memory));
  const journal = await openJournal(path);
  return {
    ...memory,
    commit: (changes) => {
      memory.apply(changes);
      return journal.append(JSON.stringify(changes));
    },
    settled: () => journal.settled(),
    close: () => journal.close(),
  };
}

function* snapshot(memory: Memory): Generator<string> {
  const clock = memory.clock();
  const secret = memory.secret();
  if (clock !== null) yield JSON.stringify([{ clock }]);
  if (secret !== null) yield JSON.stringify([{ secret }]);
  for (const account of memory.accounts.values()) yield JSON.stringify([{ account }]);
  for (const contract of memory.contracts.values()) yield JSON.stringify([{ contract }]);
  for (const mail of memory.mails.values()) yield JSON.stringify([{ mail }]);
  for (const request of memory.requests()) yield JSON.stringify([{ request }]);
}
