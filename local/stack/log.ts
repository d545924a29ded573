import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import path from 'node:path';

export interface StackLog {
  readonly line: (name: string, line: string, stream: 'stdout' | 'stderr') => void;
  readonly news: (text: string) => void;
  readonly close: () => void;
}

/** pino's number for a warning. */
const warning = 40;

/**
 * Every line goes to a file for each program; the screen gets, with the program's name before it, all or nothing
 * of them, or the products' warnings and errors.
 */
export function createStackLog(folder: string, screen: 'all' | 'warnings' | 'nothing'): StackLog {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = new Map<string, WriteStream>();
  return {
    line: (name, line, stream) => {
      const file = files.get(name) ?? createWriteStream(path.join(folder, `${name}.log`), { mode: 0o600 });
      files.set(name, file);
      file.write(`${line}\n`);
      const isShown = screen === 'all' || (screen === 'warnings' && isLoud(name, line, stream));
      if (isShown) process.stderr.write(`${name.padEnd(8)} │ ${line}\n`);
    },
    news: (text) => process.stderr.write(`paraphe: ${text}\n`),
    close: () => files.forEach((file) => file.end()),
  };
}

/** Temporal's and PostgreSQL's own servers complain while their clients come and go: to their files only. */
function isLoud(name: string, line: string, stream: 'stdout' | 'stderr'): boolean {
  if (name === 'postgres' || name === 'temporal') return false;
  const level = /^\{.*?"level":(\d+)/.exec(line)?.[1];
  if (level !== undefined) return Number(level) >= warning;
  return stream === 'stderr' && /error|fatal|warn/i.test(line);
}
