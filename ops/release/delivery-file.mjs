import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

/**
 * `npm run release:file [-- --to DIR] [--tests FILE]`: the delivery file of this version (CD13): description, test
 * report, bill of materials, acceptance record to sign, compatibility of histories, digests of all of them.
 * Without `--tests` (what `npm test` printed) the tests are run.
 */
const root = path.join(import.meta.dirname, '..', '..');
const options = { to: { type: 'string' }, tests: { type: 'string' } };
const { to, tests } = parseArgs({ options }).values;
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const folder = path.resolve(to ?? path.join(root, '.cache', 'release', version));
const commit = git('rev-parse', 'HEAD');
const date = git('show', '-s', '--format=%cs', 'HEAD');

const result = readTests();
const files = {
  'description.md': description(),
  'test-report.md': testReport(result),
  'sbom.cdx.json': sbom(),
  'acceptance-record.md': acceptanceRecord(result),
  'compatibility.md': compatibility(),
};
mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
writeFileSync(
  path.join(folder, 'SHA256SUMS'),
  Object.entries(files)
    .map(([name, text]) => `${sha256(text)}  ${name}\n`)
    .join(''),
);
process.stdout.write(`${folder}: ${result.passed} passed, ${result.failed} failed\n`);
process.exitCode = result.failed === 0 && result.passed > 0 ? 0 : 1;

function readTests() {
  const run = () => spawnSync('npm', ['test', '--silent'], { cwd: root, encoding: 'utf8', maxBuffer: 1e9 });
  const text = tests === undefined ? run().stdout : readFileSync(tests, 'utf8');
  const last = [...text.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1);
  if (last === undefined) throw new Error('The tests did not come to their last line: no delivery.');
  return { passed: Number(last[1]), failed: Number(last[2]) };
}

/** The section of the changelog for this version; before it is named, what is unreleased. */
function description() {
  const log = readFileSync(path.join(root, 'CHANGELOG.md'), 'utf8');
  const sections = log.split(/^## /m).slice(1);
  const mine =
    sections.find((text) => text.startsWith(version)) ?? sections.find((text) => /^unreleased/i.test(text));
  if (mine === undefined) throw new Error(`CHANGELOG.md has no section for ${version}.`);
  return `# paraphe ${version}\n\nCommit ${commit} of ${date}.\n\n## ${mine.trim()}\n`;
}

function testReport({ passed, failed }) {
  const rings = readdirSync(path.join(root, 'test'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => [name, suites(name)])
    .filter(([, list]) => list.length > 0);
  const rows = rings.map(([name, list]) => `| ${String(name)} | ${list.length} |`).join('\n');
  const named = rings
    .flatMap(([name, list]) => list.map((suite) => `- ${String(name)}: ${suite}`))
    .join('\n');
  return `# Test report, paraphe ${version}\n\nCommit ${commit}. **${passed} passed, ${failed} failed.**\n\n| ring | suites |\n| --- | --- |\n${rows}\n\n${named}\n`;
}

function suites(ring) {
  const ending = '.test.ts';
  const names = readdirSync(path.join(root, 'test', ring)).filter((name) => name.endsWith(ending));
  return names.map((name) => name.slice(0, -ending.length)).sort();
}

function sbom() {
  // npm's own `--omit dev` leaves out what a development package needs as well, so the marks are read instead.
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const text = execFileSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1e9,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const bill = JSON.parse(text);
  const isDev = ({ properties = [] }) =>
    properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true');
  const dropped = new Set(bill.components.filter(isDev).map((component) => component['bom-ref']));
  bill.components = bill.components.filter((component) => !dropped.has(component['bom-ref']));
  bill.dependencies = bill.dependencies
    .filter(({ ref }) => !dropped.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => !dropped.has(one)) }));
  return `${JSON.stringify(bill, null, 2)}\n`;
}

/** In French: the client signs it. */
function acceptanceRecord({ passed, failed }) {
  return `# Procès-verbal de recette

Produit : paraphe, version ${version} (commit ${commit}, ${date})

| Élément livré | Présent |
| --- | --- |
| Description de la version (description.md) | oui |
| Rapport de tests (test-report.md) : ${passed} réussis, ${failed} en échec | oui |
| Nomenclature logicielle (sbom.cdx.json, CycloneDX) | oui |
| Compatibilité des historiques (compatibility.md) | oui |

| Vérification par le client | Conforme | Réserve |
| --- | --- | --- |
| Installation ou mise à niveau selon le guide | | |
| Exemple 1 : signature sur le site, document prouvé, notification reçue | | |
| Exemple 2 : signature par l’API, code envoyé, code erroné refusé | | |
| Annulation, échéance, refus | | |
| Sauvegarde et restauration | | |
| Alertes et tableaux de bord | | |

Décision : ☐ recette prononcée ☐ recette prononcée avec réserves ☐ recette refusée

Réserves et délais de levée :

| | Client | Prestataire |
| --- | --- | --- |
| Nom et qualité | | |
| Date | | |
| Signature | | |
`;
}

function compatibility() {
  const stored = path.join(root, 'test', 'replay', 'histories');
  const versions = existsSync(stored) ? readdirSync(stored).sort() : [];
  const replayed =
    versions.length === 0
      ? 'No histories of released versions are stored yet: this is the first.'
      : `Histories replayed against this version, without a difference: ${versions.join(', ')}.`;
  return `# Compatibility of paraphe ${version}\n\n${replayed}\n\nThe API is \`/v1\`; a newer API version will run beside it for at least 12 months. Migrations only go forward; the version before runs on the newer schema, so that a rollback needs no restore (docs/guides/upgrade.md).\n`;
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

function git(...args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
}
