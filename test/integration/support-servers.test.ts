import { Connection } from '@temporalio/client';
import { createTransport } from 'nodemailer';
import { Client } from 'pg';
import { createTestDatabase } from '../support/postgres.js';
import { catchMail } from '../support/smtp.js';
import { createTimeSkippingEnvironment, temporalAddress } from '../support/temporal.js';

test('two test databases live apart on one server', async () => {
  const [one, two] = await Promise.all([
    createTestDatabase({ empty: true }),
    createTestDatabase({ empty: true }),
  ]);
  const client = new Client({ connectionString: one.url });
  await client.connect();
  await client.query('create table mine (id int)');
  await client.end();
  const other = new Client({ connectionString: two.url });
  await other.connect();
  const { rows } = await other.query("select to_regclass('mine') as found");
  await other.end();
  await one.drop();
  await two.drop();
  expect(rows).toEqual([{ found: null }]);
  expect(new URL(one.url).host).toBe(new URL(two.url).host);
});

test('a dropped database is gone', async () => {
  const { url, drop } = await createTestDatabase({ empty: true });
  await drop();
  await expect(new Client({ connectionString: url }).connect()).rejects.toThrow('does not exist');
});

test('the shared Temporal server knows our search attributes', async () => {
  const connection = await Connection.connect({ address: await temporalAddress() });
  const { customAttributes } = await connection.operatorService.listSearchAttributes({
    namespace: 'default',
  });
  await connection.close();
  expect(Object.keys(customAttributes ?? {})).toEqual(
    expect.arrayContaining(['Client', 'ContractStatus', 'Deadline', 'PlatformId', 'Environment']),
  );
});

test('the time-skipping server lets a month pass at once', async () => {
  const environment = await createTimeSkippingEnvironment();
  const before = await environment.currentTimeMs();
  await environment.sleep('30 days');
  const after = await environment.currentTimeMs();
  await environment.teardown();
  expect(after - before).toBeGreaterThanOrEqual(30 * 24 * 3600 * 1000);
});

test('the mail catcher keeps what SMTP brings', async () => {
  const catcher = await catchMail();
  await createTransport(catcher.url).sendMail({
    from: 'service@example.org',
    to: 'camille@example.org',
    subject: 'Bonjour é',
    text: 'un\ndeux',
  });
  const { mail } = await catcher.next(({ to }) => to.includes('camille@example.org'));
  await catcher.close();
  expect(mail.subject).toBe('Bonjour é');
});
