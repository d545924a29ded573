import { waitFor } from '../support/wait.js';
import { createFormBrowser, type SeenPage } from '../support/form-browser.js';
import { create, KEY, removeHome, startTwin, USER, type TestTwin } from '../support/twin.js';

let twin: TestTwin;

beforeAll(async () => {
  twin = await startTwin();
});
afterAll(async () => {
  await twin.close();
  await removeHome(twin.home);
});

const inside = async (id: string) => (await twin.control(`/contracts/${id}`)).body;
const linkOf = async (id: string, index = 0): Promise<string> =>
  (await inside(id)).signatories[index].signUrl;
const messageOf = (page: SeenPage) =>
  /<p class="message (?:good|bad)"[^>]*>([^<]*)/.exec(page.html)?.[1] ?? '';
const CONSENT = { consent: 'yes' };

describe('the signatory’s page', () => {
  it('leads from the link of the mail to a signature, in the contract’s language', async () => {
    const { id } = await create(twin, { label: 'Bail <1> & annexes', people: 2 });
    const browser = createFormBrowser();
    const page = await browser.open(await linkOf(id));
    expect(page.status).toBe(200);
    expect(page.html).toContain('<html lang="fr">');
    expect(page.html).toContain('Bail &lt;1&gt; &amp; annexes');
    const [, file = ''] = /<iframe src="([^"]+)"/.exec(page.html) ?? [];
    const pdf = await browser.open(new URL(file, page.url).href);
    expect([pdf.headers.get('content-type'), pdf.html.slice(0, 5)]).toEqual(['application/pdf', '%PDF-']);
    expect(pdf.headers.get('content-disposition')).toMatch(/^inline/);
    const coded = await browser.submit(page, '/code');
    expect(messageOf(coded)).toBe('Un code vous a été envoyé.');
    expect(coded.html).toContain('le code est 0000');
    const wrong = await browser.submit(coded, '/sign', { ...CONSENT, code: '1234' });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain('Il vous reste 4 essais.');
    const unread = await browser.submit(wrong, '/sign', { code: '0000' });
    expect(unread.status).toBe(400);
    const signed = await browser.submit(unread, '/sign', { ...CONSENT, code: '0000' });
    expect(messageOf(signed)).toBe('Votre signature est enregistrée. Merci.');
    const seen = await inside(id);
    expect(seen.signatories.map((one: { status: string }) => one.status)).toEqual(['signed', 'pending']);
    expect(seen.signatories[0].smsSent).toBe(1);
  });

  it('takes a deposit with the test card only, before the signature', async () => {
    const { id } = await create(twin, { deposit: { amount: 15000, currency: 'EUR' } });
    const browser = createFormBrowser();
    const page = await browser.open(await linkOf(id));
    expect(page.html).toContain('150,00');
    expect(page.html).not.toContain('/sign"');
    const card = { number: '4706 7500 0000 0009', expiry: '11/40', cryptogram: '321' };
    const refused = [
      { ...card, number: '4111 1111 1111 1111' },
      { ...card, expiry: '01/20' },
      { ...card, expiry: '13/40' },
      { ...card, cryptogram: '12' },
    ];
    for (const wrong of refused) expect((await browser.submit(page, '/pay', wrong)).status).toBe(400);
    expect((await inside(id)).signatories[0].deposit.paidAt).toBeNull();
    const paid = await browser.submit(page, '/pay', card);
    expect(messageOf(paid)).toContain('L&#39;acompte est réglé');
    const done = await browser.submit(paid, '/sign', { ...CONSENT, code: '0000' });
    expect(done.status).toBe(200);
    expect((await inside(id)).status).toBe('signed');
  });

  it('shows the signed documents once they are made', async () => {
    const { id } = await create(twin);
    const browser = createFormBrowser();
    const page = await browser.open(await linkOf(id));
    await browser.submit(page, '/sign', { ...CONSENT, code: '0000' });
    await waitFor(async () => (await inside(id)).sealed);
    const after = await browser.open(await linkOf(id));
    expect(after.html).toContain('Documents signés');
    const [, file = ''] = /<iframe src="([^"]+)"/.exec(after.html) ?? [];
    expect((await browser.open(new URL(file, after.url).href)).html).toContain('% sealed');
  });

  it('says why nothing can be signed: blocked, cancelled, unknown, not published', async () => {
    const blocked = await create(twin);
    const browser = createFormBrowser();
    const page = await browser.open(await linkOf(blocked.id));
    for (let n = 0; n < 5; n += 1) await browser.submit(page, '/sign', { ...CONSENT, code: '9999' });
    const late = await browser.submit(page, '/sign', { ...CONSENT, code: '0000' });
    expect(late.status).toBe(429);
    expect(late.html).not.toContain('<form method="post" action="/sign');
    const cancelled = await create(twin);
    await twin.call('contractCancelRequest', { contractId: cancelled.id });
    expect((await browser.open(await linkOf(cancelled.id))).html).toContain('annulé par le déposant');
    expect((await browser.open(`${twin.siteUrl}/sign/nobody`)).status).toBe(404);
    const draft = await create(twin, { submit: false });
    expect((await browser.open(await linkOf(draft.id))).status).toBe(404);
  });

  it('switches to the other language and keeps it', async () => {
    const { id } = await create(twin, { language: 'en' });
    const link = await linkOf(id);
    const browser = createFormBrowser();
    expect((await browser.open(link)).html).toContain('Sign the contract');
    expect((await browser.open(`${link}?lang=fr`)).html).toContain('Signer le contrat');
    expect((await browser.open(link)).html).toContain('<html lang="fr">');
  });

  it('refuses a form that does not come from its own page', async () => {
    const { id } = await create(twin);
    const link = await linkOf(id);
    const stranger = createFormBrowser();
    expect((await stranger.post(`${link}/sign`, { ...CONSENT, code: '0000' })).status).toBe(403);
    const other = createFormBrowser();
    const page = await other.open(link);
    const [, token = ''] = /name="form" value="([^"]+)"/.exec(page.html) ?? [];
    const forged = await stranger.post(`${link}/sign`, { ...CONSENT, code: '0000', form: token });
    expect(forged.status).toBe(403);
    expect((await inside(id)).status).toBe('submitted');
  });

  it('allows no script, no frame of others, and tells nobody its address', async () => {
    const { id } = await create(twin);
    const { headers, html } = await createFormBrowser().open(await linkOf(id));
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(html).not.toMatch(/<script|\sstyle=|\son\w+=/);
  });
});

describe('the depositor’s pages', () => {
  const signIn = async () => {
    const browser = createFormBrowser();
    const page = await browser.open(`${twin.siteUrl}/depositor`);
    const list = await browser.submit(page, '/login', { user: USER, key: KEY });
    expect(list.html).toContain('Mes contrats');
    return { browser, list };
  };
  const pageOf = (id: string) => `${twin.siteUrl}/depositor/contracts/${id}`;

  it('are closed to those without the keys', async () => {
    const { id } = await create(twin);
    const browser = createFormBrowser();
    const page = await browser.open(pageOf(id));
    expect(page.html).not.toContain('Contrat d’essai');
    expect((await browser.submit(page, '/login', { user: USER, key: 'wrong' })).status).toBe(400);
    expect((await browser.open(`${twin.siteUrl}/depositor/enter/guess`)).status).toBe(403);
    expect((await browser.post(`${pageOf(id)}/cancel`, { confirm: 'yes' })).status).toBe(403);
    expect((await inside(id)).status).toBe('submitted');
  });

  it('complete and validate a draft', async () => {
    const { id } = await create(twin, { submit: false, mobile: null, label: 'À compléter' });
    const { browser, list } = await signIn();
    expect(list.html).toContain('À compléter');
    const page = await browser.open(pageOf(id));
    expect((await browser.submit(page, '/publish')).status).toBe(400);
    expect((await browser.submit(page, '/mobile', { mobile: '0600000001' })).status).toBe(400);
    const filled = await browser.submit(page, '/mobile', { mobile: '+33 6 00 00 00 07' });
    expect(messageOf(filled)).toBe('Le numéro de mobile est enregistré.');
    expect(messageOf(await browser.submit(filled, '/publish'))).toBe('Le contrat est validé et publié.');
    expect(await inside(id)).toMatchObject({
      status: 'submitted',
      signatories: [{ mobile: '+33600000007' }],
    });
  });

  it('delete a draft and cancel a contract, when that is confirmed', async () => {
    const draft = await create(twin, { submit: false });
    const open = await create(twin);
    const { browser } = await signIn();
    const draftPage = await browser.open(pageOf(draft.id));
    expect((await browser.submit(draftPage, '/delete')).status).toBe(400);
    const gone = await browser.submit(draftPage, '/delete', { confirm: 'yes' });
    expect(messageOf(gone)).toBe('Le brouillon est supprimé.');
    expect((await browser.open(pageOf(draft.id))).status).toBe(404);
    const cancelled = await browser.submit(await browser.open(pageOf(open.id)), '/cancel', {
      confirm: 'yes',
    });
    expect(messageOf(cancelled)).toBe('Le contrat est annulé.');
    expect((await inside(open.id)).status).toBe('cancelled');
  });

  it('open by the link of the owner’s mail, show one account only, and close again', async () => {
    await twin.control('/accounts', { user: 'neighbour', key: 'k' });
    const theirs = (await twin.control('/accounts').then(({ body }) => body.accounts)).find(
      (one: { user: string }) => one.user === 'neighbour',
    );
    const { id } = await create(twin);
    const browser = createFormBrowser();
    const enter = `${twin.siteUrl}/depositor/enter/${theirs.entry}`;
    expect((await browser.open(`${enter}?contract=${id}`)).status).toBe(404);
    const own = await browser.open((await inside(id)).depositorUrl);
    expect(own.html).toContain(id);
    const closed = await browser.submit(own, '/logout');
    expect(closed.html).toContain('apiKey');
    expect((await browser.open(pageOf(id))).html).not.toContain('Contrat d’essai');
  });

  it('take any well-formed IBAN, and give an example to who types another', async () => {
    const { browser, list } = await signIn();
    const refused = await browser.submit(list, '/account', { iban: 'FR76 3000 6000 0112 3456 7890 188' });
    expect([refused.status, messageOf(refused)]).toEqual([400, expect.stringContaining('FR76 3000 6000')]);
    const taken = await browser.submit(list, '/account', { iban: 'FR76 3000 6000 0112 3456 7890 189' });
    expect(messageOf(taken)).toBe('L&#39;IBAN est enregistré.');
  });

  it('turn pages of fifty, by status', async () => {
    await twin.control('/accounts', { user: 'many', key: 'k' });
    const many: TestTwin = {
      ...twin,
      call: (name, body) => twin.call(name, { ...body, apiUser: 'many', apiKey: 'k' }),
    };
    for (let n = 0; n < 52; n += 1) await create(many, { label: `Numéro ${n}`, submit: n % 26 !== 0 });
    const browser = createFormBrowser();
    const first = await browser.open(`${twin.siteUrl}/depositor`);
    const list = await browser.submit(first, '/login', { user: 'many', key: 'k' });
    expect(list.html.match(/Numéro/g)).toHaveLength(50);
    expect((await browser.open(`${twin.siteUrl}/depositor?page=2`)).html.match(/Numéro/g)).toHaveLength(2);
    const drafts = await browser.open(`${twin.siteUrl}/depositor?status=draft`);
    expect(drafts.html.match(/Numéro/g)).toHaveLength(2);
  });
});
