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
// A delivery of what nobody else can check out says so.
const changes = git('status', '--porcelain') === '' ? '' : ' with changes that are not committed';
const commit = `${git('rev-parse', 'HEAD')}${changes}`;
const date = git('show', '-s', '--format=%cs', 'HEAD');

const result = readTests();
const files = {
  'description.md': description(),
  'test-report.md': testReport(result),
  'sbom.cdx.json': sbom(),
  'acceptance-record.md': acceptanceRecord(result),
  'compatibility.md': compatibility(result),
  'upgrade.md': readFileSync(path.join(root, 'docs', 'guides', 'upgrade.md'), 'utf8'),
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
  return `# Test report, paraphe ${version}\n\nCommit ${commit}. **${passed} passed, ${failed} failed.** ${place()}\n\n| ring | suites |\n| --- | --- |\n${rows}\n\n${named}\n`;
}

/** Where the tests ran; of a log that was given nothing is known. */
function place() {
  if (tests !== undefined) return 'From the log of a run before.';
  return `Run on ${new Date().toISOString().slice(0, 10)} with Node.js ${process.version}, ${process.platform} ${process.arch}.`;
}

function suites(ring) {
  const ending = '.test.ts';
  const names = readdirSync(path.join(root, 'test', ring)).filter((name) => name.endsWith(ending));
  return names.map((name) => name.slice(0, -ending.length)).sort();
}

function sbom() {
  // npm's own `--omit dev` leaves out what a development package needs as well, so the lock file's marks are read.
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
  const text = execFileSync('npm', args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1e9,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const bill = JSON.parse(text);
  const kept = new Set(runtimePackages());
  bill.components = bill.components.filter(({ 'bom-ref': ref }) => kept.has(ref));
  bill.components.push(...images());
  // npm names the root after the folder that it lies in.
  const own = bill.metadata.component['bom-ref'];
  const ref = `paraphe@${version}`;
  Object.assign(bill.metadata.component, {
    'bom-ref': ref,
    name: 'paraphe',
    version,
    purl: `pkg:npm/${ref}`,
  });
  bill.dependencies = bill.dependencies
    .filter((one) => one.ref === own || kept.has(one.ref))
    .map((one) => ({
      ref: one.ref === own ? ref : one.ref,
      dependsOn: (one.dependsOn ?? []).filter((name) => kept.has(name)),
    }));
  return `${JSON.stringify(bill, null, 2)}\n`;
}

/** `name@version` of what is installed without the development packages. */
function runtimePackages() {
  const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(packages)
    .filter(([place, { dev, devOptional }]) => place !== '' && !dev && !devOptional)
    .map(([place, entry]) => `${entry.name ?? place.split('node_modules/').at(-1)}@${entry.version}`);
}

/** What docker-compose.yml runs beside our own image. */
function images() {
  const text = readFileSync(path.join(root, 'docker-compose.yml'), 'utf8');
  const names = [...text.matchAll(/^ +image: ([\w./-]+):([\w.-]+)(?:@(\S+))?$/gm)];
  return [...new Map(names.map((match) => [match[0], match])).values()].map(([, name, tag]) => ({
    'bom-ref': `image:${name}@${tag}`,
    type: 'container',
    name,
    version: tag,
    scope: 'optional',
    purl: `pkg:docker/${name}@${tag}`,
  }));
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
| Guide de mise à niveau (upgrade.md) | oui |

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

function compatibility({ failed }) {
  const stored = path.join(root, 'test', 'replay', 'histories');
  const names = existsSync(stored) ? readdirSync(stored, { recursive: true }).map(String) : [];
  const kinds = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.replace(/[-_][^-_/]*\.json$/, '').replaceAll('\\', '/'));
  const counts = [...new Set(kinds)]
    .sort((a, b) => a.localeCompare(b))
    .map((kind) => `| ${kind} | ${kinds.filter((one) => one === kind).length} |`);
  const outcome = failed === 0 ? 'all without a difference' : 'see the test report: it has failures';
  const replayed = `Stored histories of workflows, replayed with this version's code (\`test/replay\`), ${outcome}:\n\n| history | count |\n| --- | --- |\n${counts.join('\n')}`;
  return `# Compatibility of paraphe ${version}\n\n${replayed}\n\nThe API is \`/v1\`; a newer API version will run beside it for at least 12 months. Migrations only go forward; the version before runs on the newer schema, so that a rollback needs no restore (upgrade.md).\n`;
}

function sha256(text) {
  return createHash('sha256').update(text).digest('hex');
}

function git(...args) {
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
}
