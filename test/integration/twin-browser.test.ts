import type { Browser, BrowserContext, Page } from 'playwright-core';
import { faultsOf, openBrowser } from '../support/browser.js';
import { catchMail, type SmtpCatcher } from '../support/smtp.js';
import { create, KEY, removeHome, startTwin, USER, type TestTwin } from '../support/twin.js';

// The site as people see it, in a real browser, on a screen and on a phone.
let smtp: SmtpCatcher;
let twin: TestTwin;
let browser: Browser | null;
const contexts: BrowserContext[] = [];
const complaints: string[] = [];

beforeAll(async () => {
  smtp = await catchMail();
  twin = await startTwin({ smtpUrl: smtp.url });
  browser = await openBrowser();
});
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
  expect(complaints.splice(0)).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await twin.close();
  await smtp.close();
  await removeHome(twin.home);
});

const SCREENS = { screen: { width: 1280, height: 900 }, phone: { width: 360, height: 740 } };

async function visit(url: string, screen: keyof typeof SCREENS = 'screen'): Promise<Page> {
  const context = await browser!.newContext({ viewport: SCREENS[screen], locale: 'fr-FR' });
  contexts.push(context);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on(
    'load',
    () =>
      void faultsOf(page).then(
        (faults) => complaints.push(...faults),
        () => undefined,
      ),
  );
  await page.goto(url);
  return page;
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const inside = async (id: string) => (await twin.control(`/contracts/${id}`)).body;

/** The link of a signatory's mail. */
async function mailedLink(label: string): Promise<string> {
  const { mail } = await smtp.next(({ mail: { subject } }) => (subject ?? '').includes(label));
  return /http\S+\/sign\/\S+/.exec(mail.text ?? '')?.[0] ?? '';
}

test.each(['screen', 'phone'] as const)(
  'a signatory on a %s opens the mail’s link, reads, switches the language, asks for a code, signs',
  async (screen) => {
    if (browser === null) return;
    const label = `Contrat ${screen}`;
    const { id } = await create(twin, { label });
    const page = await visit(await mailedLink(label), screen);
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe(label);
    const document = page.getByRole('link', { name: 'contrat.pdf' });
    const file = await page.request.get(new URL((await document.getAttribute('href'))!, page.url()).href);
    expect([file.status(), file.headers()['content-type']]).toEqual([200, 'application/pdf']);

    await page.getByRole('link', { name: 'English' }).click();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.getByRole('link', { name: 'Français' }).click();

    await press(page, 'Recevoir mon code par SMS');
    await page.getByText('Un code vous a été envoyé.').waitFor();
    await page.getByLabel('Code reçu').fill('1234');
    await page.getByLabel('J’ai lu les documents').or(page.getByLabel("J'ai lu les documents")).check();
    await press(page, 'Signer le contrat');
    await page.getByText('Il vous reste 4 essais.').waitFor();
    await page.getByLabel('Code reçu').fill('0000');
    await page.getByLabel("J'ai lu les documents").check();
    await press(page, 'Signer le contrat');
    await page.getByText('Votre signature est enregistrée. Merci.').waitFor();
    expect((await inside(id)).status).toBe('signed');
    // The wrong code was answered 422, which the browser writes to its console.
    expect(complaints.splice(0)).toEqual([expect.stringContaining('422')]);
  },
);

test('a signatory pays the deposit with the test card, then signs', async () => {
  if (browser === null) return;
  const label = 'Avec acompte';
  const { id } = await create(twin, { label, deposit: { amount: 15000, currency: 'EUR' } });
  const page = await visit(await mailedLink(label), 'phone');
  expect(await page.getByRole('button', { name: 'Signer le contrat' }).count()).toBe(0);
  await page.getByLabel('Numéro de carte').fill('4706 7500 0000 0009');
  await page.getByLabel('Expiration (MM/AA)').fill('12/39');
  await page.getByLabel('Cryptogramme').fill('123');
  await page.getByRole('button', { name: /^Payer/ }).click();
  await page.getByText("L'acompte est réglé").waitFor();
  await page.getByLabel('Code reçu').fill('0000');
  await page.getByLabel("J'ai lu les documents").check();
  await press(page, 'Signer le contrat');
  await page.getByText('Votre signature est enregistrée. Merci.').waitFor();
  expect((await inside(id)).status).toBe('signed');
});

test('the depositor completes and validates a draft, deletes one, cancels a contract', async () => {
  if (browser === null) return;
  const draft = await create(twin, { submit: false, mobile: null, label: 'À compléter' });
  const unwanted = await create(twin, { submit: false, label: 'À supprimer' });
  const open = await create(twin, { label: 'À annuler' });
  const page = await visit(`${twin.siteUrl}/depositor`, 'phone');
  await page.getByLabel('apiUser').fill(USER);
  await page.getByLabel('apiKey').fill(KEY);
  await press(page, 'Se connecter');
  const choose = async (label: string): Promise<void> => {
    await page.goto(`${twin.siteUrl}/depositor`);
    await page.getByRole('link', { name: label }).click();
    await page.getByRole('heading', { level: 1, name: label }).waitFor();
  };

  await choose('À compléter');
  await page.locator('input[name=mobile]').fill('+33 6 00 00 00 07');
  await press(page, 'Enregistrer');
  await page.getByText('Le numéro de mobile est enregistré.').waitFor();
  await press(page, 'Valider et publier');
  await page.getByText('Le contrat est validé et publié.').waitFor();
  expect(await inside(draft.id)).toMatchObject({ status: 'submitted' });

  await choose('À supprimer');
  await page.getByLabel('Oui, supprimer ce brouillon pour toujours.').check();
  await press(page, 'Supprimer le brouillon');
  await page.getByText('Le brouillon est supprimé.').waitFor();
  expect((await twin.control(`/contracts/${unwanted.id}`)).status).toBe(404);

  await choose('À annuler');
  await page.getByLabel('Oui, annuler ce contrat.').check();
  await press(page, 'Annuler le contrat');
  await page.getByText('Le contrat est annulé.').waitFor();
  expect((await inside(open.id)).status).toBe('cancelled');
});
