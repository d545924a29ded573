import { deflateSync } from 'node:zlib';

import { inspectPdf, inspectPdfLeniently, listPages, openPdf, PdfError } from '../../pdf/index.js';
import { buildPdf, onePage } from '../support/build-pdf.js';

const codeOf = (act: () => unknown): string => {
  try {
    act();
    return 'nothing thrown';
  } catch (error) {
    return error instanceof PdfError ? error.code : `not a PdfError: ${String(error)}`;
  }
};

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('the PDF reader', () => {
  it('counts the pages of a plain file', () => {
    expect(inspectPdf(buildPdf(onePage()))).toEqual({ pages: 1 });
  });

  it('keeps what an update changes apart from what stood before', () => {
    const base = buildPdf(onePage());
    const update = bytes(
      `3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\nxref\n3 1\n${String(base.length).padStart(10, '0')} 00000 n \n` +
        `trailer\n<</Size 4/Root 1 0 R/Prev ${base.lastIndexOf('xref\n0')}>>\nstartxref\n`,
    );
    const at = base.length + update.indexOf('xref');
    const file = openPdf(Buffer.concat([base, update, bytes(`${at}\n%%EOF\n`)]));
    expect(file.revisions()[0]?.end).toBe(base.length);
    const boxes = file
      .revisions()
      .map(({ snapshot }) => listPages(snapshot)[0]?.dict.entries.get('MediaBox'));
    expect(boxes).toEqual([
      [0, 0, 100, 100],
      [0, 0, 9, 9],
    ]);
  });

  it.each<[string, Buffer, string]>([
    ['an HTML page', bytes('<html>no</html>'), 'not_a_pdf'],
    ['nothing', bytes(''), 'not_a_pdf'],
    ['a header alone', bytes('%PDF-1.7\n'), 'damaged'],
    ['a cut file', buildPdf(onePage()).subarray(0, 200), 'damaged'],
    ['an encrypted file', buildPdf(onePage(), '/Encrypt<</Filter/Standard>>'), 'encrypted'],
    [
      'a page tree that loops',
      buildPdf({ ...onePage(), 2: '<</Type/Pages/Count 1/Kids[2 0 R]>>' }),
      'damaged',
    ],
    [
      'a page tree that miscounts',
      buildPdf({ ...onePage(), 2: '<</Type/Pages/Count 2/Kids[3 0 R]>>' }),
      'damaged',
    ],
    ['an object that refers to itself', buildPdf({ ...onePage(), 2: '2 0 R' }), 'damaged'],
    ['a key that stands twice', buildPdf({ ...onePage(), 3: '<</Type/Page/Type/Page>>' }), 'damaged'],
    ['deep nesting', buildPdf({ ...onePage(), 3: '['.repeat(100_000) + ']'.repeat(100_000) }), 'damaged'],
    ['an endless array', buildPdf({ ...onePage(), 2: `[${'1 '.repeat(1_100_000)}]` }), 'damaged'],
    ['a Prev that leads nowhere', buildPdf(onePage(), '/Prev 9'), 'damaged'],
  ])('refuses %s', (_, file, code) => {
    expect(codeOf(() => inspectPdf(file))).toBe(code);
  });

  it('stops at a stream that inflates beyond all measure', () => {
    const bomb = deflateSync(Buffer.alloc(100 * 1024 * 1024));
    const head = `%PDF-1.7\n1 0 obj\n<</Type/XRef/W[1 2 1]/Size 9/Filter/FlateDecode/Length ${bomb.length}>>\nstream\n`;
    const file = Buffer.concat([bytes(head), bomb, bytes('\nendstream\nendobj\nstartxref\n9\n%%EOF\n')]);
    expect(codeOf(() => openPdf(file))).toBe('too_complex');
  });

  it('opens leniently what viewers open', async () => {
    const sloppy = Buffer.concat([bytes('junk\n'), buildPdf(onePage())]);
    expect(codeOf(() => inspectPdf(sloppy))).toBe('damaged');
    await expect(inspectPdfLeniently(sloppy)).resolves.toEqual({ pages: 1 });
    await expect(inspectPdfLeniently(bytes('%PDF-1.7 but no more'))).rejects.toMatchObject({
      code: 'damaged',
    });
  });

  it('reads a 50 kB file in a few milliseconds, the overhead of Jest included', () => {
    const objects: Record<number, string> = { ...onePage(), 2: '<</Type/Pages/Count 100/Kids[' };
    for (let i = 0; i < 100; i++) {
      objects[2] += `${i + 10} 0 R `;
      objects[i + 10] =
        `<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Contents 4 0 R/Pad(${'x'.repeat(390)})>>`;
    }
    objects[2] += ']>>';
    const file = buildPdf(objects);
    expect(file.length).toBeGreaterThan(50_000);
    const times = Array.from({ length: 60 }, () => {
      const from = performance.now();
      inspectPdf(file);
      return performance.now() - from;
    }).toSorted((a, b) => a - b);
    expect(times[0]).toBeLessThan(15);
  });
});
