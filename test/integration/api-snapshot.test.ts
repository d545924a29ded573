import { Client } from 'pg';
import { postTrigger, startTestApi, type TestApi } from '../support/api.js';
import { waitFor } from '../support/wait.js';

// An attempt that ends while its delivery is read must not be told with the time of the attempt before it.
let api: TestApi;
let owner: Client;

beforeAll(async () => {
  api = await startTestApi();
  owner = new Client({ connectionString: api.databaseUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await api.close();
});

async function isSomebodyWaiting(): Promise<boolean> {
  const { rows } = await owner.query(
    `select from pg_locks where not granted and relation = 'paraphe.delivery_attempt'::regclass`,
  );
  return rows.length > 0;
}

test('what one answer tells stood so at one instant', async () => {
  const members = { url: 'https://hooks.example.com/', events: ['contract.*'] };
  const { body: endpoint } = await api.ask('POST', '/v1/webhook-endpoints', { body: members });
  await postTrigger(api);
  const path = `/v1/webhook-endpoints/${endpoint.id}/deliveries`;
  const read = async () => (await api.ask('GET', path)).body.data[0];
  const { nextAttemptAt } = await read();

  await owner.query('begin; lock table paraphe.delivery_attempt in access exclusive mode');
  const reading = read();
  await waitFor(isSomebodyWaiting);
  await owner.query(`
    insert into paraphe.delivery_attempt (delivery_id, client_id, number, at, status, duration_ms)
    select id, client_id, 1, now(), 500, 1 from paraphe.delivery;
    update paraphe.delivery set next_attempt_at = now() + interval '1 hour';
    commit`);
  expect(await reading).toMatchObject({ nextAttemptAt, attempts: [] });
  const after = await read();
  expect(after.attempts).toHaveLength(1);
  expect(Date.parse(after.nextAttemptAt)).toBeGreaterThan(Date.now() + 3_000_000);
});
