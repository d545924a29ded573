import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../project.js';

interface ComposeService {
  readonly environment: Readonly<Record<string, string>>;
  readonly deploy: { readonly resources: { readonly limits: { readonly memory: string } } };
}

/** A service of docker-compose.yml: what production tells it, and what it may use. */
export function composeService(name: string): ComposeService {
  const file = readFileSync(path.join(projectRoot, 'docker-compose.yml'), 'utf8');
  const { services } = parse(file, { merge: true }) as { services: Record<string, ComposeService> };
  const service = services[name];
  if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return service;
}

/** What the image of docker-compose.yml tells every program of ours. */
export function imageEnvironment(): Record<string, string> {
  const text = readFileSync(path.join(projectRoot, 'Dockerfile'), 'utf8');
  const pairs = [...text.matchAll(/^ENV (.*)$/gm)].flatMap(([, line = '']) => line.split(' '));
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

/** Its memory limit in megabytes (of 1024 x 1024 bytes). */
export function memoryLimitMb(name: string): number {
  const { memory } = composeService(name).deploy.resources.limits;
  return Number.parseFloat(memory) * (memory.endsWith('g') ? 1024 : 1);
}
