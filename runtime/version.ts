import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The package's version; its file lies above this folder, in the sources and in dist/ alike. */
export function readVersion(): string {
  for (const folder of ['..', '../..']) {
    try {
      const text = readFileSync(join(__dirname, folder, 'package.json'), 'utf8');
      const { name, version } = JSON.parse(text) as { name: string; version: string };
      if (name === 'paraphe') return version;
    } catch {
      continue;
    }
  }
  return '0.0.0';
}
