import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.join(__dirname, '..', '..');
const script = path.join(root, 'ops', 'release', 'delivery-file.mjs');

function release(printed: string) {
  const folder = mkdtempSync(path.join(tmpdir(), 'paraphe-release-'));
  const tests = path.join(folder, 'tests.log');
  writeFileSync(tests, printed);
  const { status } = spawnSync(process.execPath, [script, '--to', folder, '--tests', tests], {
    encoding: 'utf8',
  });
  return { status, read: (name: string) => readFileSync(path.join(folder, name), 'utf8') };
}

interface Bill {
  components: { name: string; group?: string; version: string }[];
  metadata: { component: object };
  dependencies: { ref: string; dependsOn: string[] }[];
}

/** What `npm ci --omit=dev` installs, as the lock file says. */
function runtimePackages(): Set<string> {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version: string; dev?: boolean; devOptional?: boolean }>;
  };
  const names = Object.entries(packages)
    .filter(([place, { dev, devOptional }]) => place !== '' && dev !== true && devOptional !== true)
    .map(([place, entry]) => `${place.split('node_modules/').at(-1)}@${entry.version}`);
  return new Set(names);
}

function composeImage(name: string): string {
  const text = readFileSync(path.join(root, 'docker-compose.yml'), 'utf8');
  return `${name}@${new RegExp(`image: ${name}:(\\S+)`).exec(text)![1]}`;
}

test('the delivery file holds what a client accepts a version by', () => {
  const { status, read } = release('…\n812 passed, 0 failed\n');
  expect(status).toBe(0);
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    version: string;
  };
  expect(read('description.md')).toContain(`# paraphe ${version}`);
  expect(read('test-report.md')).toContain('812 passed, 0 failed');
  expect(read('acceptance-record.md')).toContain('812 réussis, 0 en échec');
  const sbom = JSON.parse(read('sbom.cdx.json')) as { bomFormat: string } & Bill;
  expect(sbom.bomFormat).toBe('CycloneDX');
  const names = sbom.components.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['express', '@temporalio/worker']));
  expect(names).not.toContain('jest');
  const versions = new Set(sbom.components.map((one) => `${one.name}@${one.version}`));
  expect([...runtimePackages()].filter((name) => !versions.has(name))).toEqual([]);
  expect(versions).toContain(composeImage('postgres'));
  expect(sbom.metadata.component).toMatchObject({ name: 'paraphe', version });
  expect(sbom.dependencies.find(({ ref }) => ref === `paraphe@${version}`)!.dependsOn.length).toBeGreaterThan(
    20,
  );
  expect(read('compatibility.md')).toMatch(/\| completed \| \d+ \|/);
  expect(read('upgrade.md')).toContain('Back again');
  for (const line of read('SHA256SUMS').trim().split('\n')) {
    const [digest, name] = line.split('  ');
    expect(createHash('sha256').update(read(name!)).digest('hex')).toBe(digest);
  }
});

test('without tests that came to their end there is no delivery, and failed ones are no success', () => {
  expect(release('broke off').status).not.toBe(0);
  expect(release('3 passed, 1 failed\n').status).toBe(1);
});
