import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as attributes from '../../domain/search-attributes.js';

const ops = path.join(__dirname, '..', '..', 'ops', 'temporal');

test('the namespace of production has every search attribute that contracts are started with', () => {
  const script = readFileSync(path.join(ops, 'setup-namespace.sh'), 'utf8');
  const made = [...script.matchAll(/\w+=(?:Keyword|Datetime)/g)].map(([pair]) => pair);
  const wanted = Object.values(attributes).map(
    ({ name, type }) => `${name}=${type === 'DATETIME' ? 'Datetime' : 'Keyword'}`,
  );
  expect(new Set(made)).toEqual(new Set(wanted));
});

test("the rehearsal builds the server that docker-compose.yml runs, whose schema is the same version's", () => {
  const compose = readFileSync(path.join(ops, '..', '..', 'docker-compose.yml'), 'utf8');
  const built = /go\.temporal\.io\/server v(\S+)/.exec(
    readFileSync(path.join(ops, 'server', 'go.mod'), 'utf8'),
  )?.[1];
  const run = [...compose.matchAll(/temporalio\/(?:server|admin-tools):(\S+)/g)].map(
    ([, version]) => version,
  );
  expect(new Set(run)).toEqual(new Set([built]));
});
