import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { ChildOrder } from './retrieval-child.js';

export interface RetrievalRun {
  /** Resolves when the retrieval has begun. */
  begun: Promise<void>;
  /** What it said at its end; null when it was killed first. */
  result: Promise<{
    documents: { id: string; sha256: string }[];
    reason: string | null;
    peakMb: number;
  } | null>;
  kill(): void;
}

/** A retrieval in a process of its own: what a worker does, without Temporal. */
export function runRetrieval(order: ChildOrder): RetrievalRun {
  const hook = path.join(__dirname, 'typescript-hook.cjs');
  const child: ChildProcess = spawn(
    process.execPath,
    ['-r', hook, path.join(__dirname, 'retrieval-child.ts')],
    { env: { ...process.env, RETRIEVAL: JSON.stringify(order) }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => {
    if (line === 'begun') begin();
    else lines.push(line);
  });
  const result = new Promise<string | null>((resolve) => {
    child.once('close', () => {
      begin();
      resolve(lines.at(-1) ?? null);
    });
  });
  return {
    begun,
    result: result.then((line) => (line === null ? null : JSON.parse(line))),
    kill: () => void child.kill('SIGKILL'),
  };
}
