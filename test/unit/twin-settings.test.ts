import { readSettings } from '../../local/twin/settings.js';

describe('the twin’s settings', () => {
  it('need nothing but a folder', () => {
    expect(readSettings({ TWIN_HOME: '/srv/twin', TWIN_SMTP_URL: '' })).toEqual({
      home: '/srv/twin',
      port: 0,
      controlPort: 0,
      rules: 'sandbox',
      account: { user: 'sandbox-user', key: 'sandbox-key' },
    });
  });

  it('are all read', () => {
    const options = readSettings({
      TWIN_HOME: '/srv/twin',
      TWIN_PORT: '8081',
      TWIN_CONTROL_PORT: '8082',
      TWIN_HOST: '0.0.0.0',
      TWIN_CONTROL_HOST: '127.0.0.2',
      TWIN_PUBLIC_URL: 'https://sandbox.example.org/',
      TWIN_RULES: 'production',
      TWIN_SMTP_URL: 'smtp://127.0.0.1:2525',
      TWIN_API_USER: 'user',
      TWIN_API_KEY: 'key',
      TWIN_QUOTA: '20',
      TWIN_OWNER_EMAIL: 'depot@example.org',
      TWIN_EXPIRY_DELAY_MS: '0',
    });
    expect(options).toEqual({
      home: '/srv/twin',
      port: 8081,
      controlPort: 8082,
      host: '0.0.0.0',
      controlHost: '127.0.0.2',
      publicUrl: 'https://sandbox.example.org',
      rules: 'production',
      smtpUrl: 'smtp://127.0.0.1:2525',
      expiryDelayMs: 0,
      account: { user: 'user', key: 'key', quota: 20, ownerEmail: 'depot@example.org' },
    });
  });

  it('name all that are at fault at once', () => {
    const read = () => readSettings({ TWIN_PORT: 'many', TWIN_RULES: 'free' });
    expect(read).toThrow(/TWIN_HOME[\s\S]*TWIN_PORT[\s\S]*TWIN_RULES/);
  });
});
