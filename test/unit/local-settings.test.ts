import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readStackSettings } from '../../local/stack/settings.js';

const read = (environment: Record<string, string>) => readStackSettings(environment, []);

test('nothing given: everything is started here', () => {
  expect(read({})).toMatchObject({
    apiPort: 8080,
    environment: 'sandbox',
    databaseUrl: null,
    temporalAddress: null,
    platformUrl: null,
    smtpUrl: null,
    archiveUrl: null,
    masterKeyGiven: false,
  });
});

test('a setting in a file counts like one in the environment', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'settings-'));
  const file = path.join(folder, 'database');
  writeFileSync(file, 'postgres://given/paraphe\n');
  expect(read({ DATABASE_URL_FILE: file }).databaseUrl).toBe('postgres://given/paraphe');
  rmSync(folder, { recursive: true });
});

test('all that is wrong is named at once, also what api and worker would find', () => {
  const wrong = {
    API_PORT: 'abc',
    PLATFORM_ENVIRONMENT: 'test',
    PLATFORM_SMS_LIMIT: 'many',
    DATABASE_URL_FILE: '/nowhere',
    WATCH_NIGHT: 'late',
  };
  for (const fault of [
    'API_PORT: ',
    'PLATFORM_ENVIRONMENT: ',
    'PLATFORM_SMS_LIMIT: ',
    "DATABASE_URL_FILE: /nowhere can't be read",
    'WATCH_NIGHT: ',
  ])
    expect(() => read(wrong)).toThrow(fault);
});

test('a platform that is given needs keys', () => {
  expect(() => read({ PLATFORM_URL: 'https://platform.example' })).toThrow(
    /PLATFORM_API_USER: .*\n.*PLATFORM_API_KEY: /,
  );
});
