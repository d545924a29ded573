import { readFileSync } from 'node:fs';
import path from 'node:path';
import { transform } from '@swc/core';

const guides = path.resolve(__dirname, '..', '..', 'docs', 'guides');

/** The code block with this title in a guide, exactly as a reader would copy it. */
export function guideSample(guide: string, title: string): string {
  const text = readFileSync(path.join(guides, guide), 'utf8');
  const blocks = [...text.matchAll(/^```\w+ title=(\S+)\n([\s\S]*?)^```$/gm)];
  const found = blocks.filter(([, name]) => name === title);
  const code = found[0]?.[2];
  if (found.length !== 1 || code === undefined)
    throw new Error(`${guide} has ${found.length} blocks "${title}"`);
  return code;
}

/** A TypeScript sample as CommonJS, which Node runs. */
export async function compileSample(code: string): Promise<string> {
  const { code: compiled } = await transform(code, {
    swcrc: false,
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  return compiled;
}
