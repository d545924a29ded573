import { X509Certificate } from 'node:crypto';
import { createTwin } from '../../local/twin/twin.js';
import { createSealer } from '../../local/twin/seal/sealer.js';
import { waitFor } from '../support/wait.js';
import { create, order, removeHome, startTwin, type TestTwin } from '../support/twin.js';

let twin: TestTwin;

beforeAll(async () => {
  twin = await startTwin({ createSealer });
});
afterAll(async () => {
  await twin.close();
  await removeHome(twin.home);
});

const signedFile = async (id: string, people: readonly string[]): Promise<Buffer> => {
  for (const person of people) await twin.control(`/contracts/${id}/signatories/${person}/sign`, {});
  const text = await waitFor(async () => {
    const { body } = await twin.call('contractDetailRequest', { contractId: id });
    return body.mainDocument[0]['data.sign'] as string | undefined;
  });
  return Buffer.from(text, 'base64');
};

describe('the signed file', () => {
  it('is a PDF with a PAdES signature, one page longer than the deposited one', async () => {
    const { id, people } = await create(twin, { people: 2 });
    const signed = (await signedFile(id, people)).toString('latin1');
    expect(signed.startsWith('%PDF-')).toBe(true);
    expect(signed).toContain('ETSI.CAdES.detached');
  });

  it('has trust anchors that the control interface gives and a restart keeps', async () => {
    const { body: trust } = await twin.control('/trust');
    expect(new X509Certificate(trust.signerTrustPem).ca).toBe(true);
    expect(new X509Certificate(trust.tsaTrustPem).ca).toBe(true);
    await twin.close();
    twin = await startTwin({ createSealer, home: twin.home });
    expect((await twin.control('/trust')).body).toEqual(trust);
  });

  it('is made for every main document, and for none of the annexes', async () => {
    const body = order();
    const [file] = body['mainDocument'] as object[];
    const two = { ...body, mainDocument: [file, { ...file, name: 'deux.pdf' }], annexes: [file] };
    const created = (await twin.call('contractCreateRequest', two)).body;
    await signedFile(created.contractId, [created.signatories[0].signatoryId]);
    const detail = await waitFor(async () => {
      const seen = (await twin.call('contractDetailRequest', { contractId: created.contractId })).body;
      return seen.mainDocument.every((one: object) => 'data.sign' in one) ? seen : null;
    });
    expect(detail.mainDocument.map((one: { name: string }) => one.name)).toEqual(['contrat.pdf', 'deux.pdf']);
    expect(detail.annexes[0]).not.toHaveProperty(['data.sign']);
  });
});

describe('a twin that can’t start', () => {
  it('says so when its port is taken', async () => {
    const port = Number(new URL(twin.url).port);
    const start = createTwin({ home: `${twin.home}-second`, port, createSealer });
    await expect(start).rejects.toThrow('EADDRINUSE');
    await removeHome(`${twin.home}-second`);
  });
});
