/** A contract of so many pages, each with text and, if given, a grey image of its own of 700 by 700 pixels. */
export function buildDocument(pages: number, image: Buffer | null): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let length = (parts[0] as Buffer).length;
  const add = (num: number, ...body: (string | Buffer)[]): void => {
    offsets[num] = length;
    for (const part of [`${num} 0 obj\n`, ...body, '\nendobj\n']) {
      const bytes = Buffer.from(part);
      parts.push(bytes);
      length += bytes.length;
    }
  };
  const kids = Array.from({ length: pages }, (_, i) => `${4 + i * 3} 0 R`).join(' ');
  add(1, '<</Type/Catalog/Pages 2 0 R>>');
  add(2, `<</Type/Pages/Count ${pages}/Kids[${kids}]>>`);
  add(3, '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>');
  for (let i = 0; i < pages; i++) {
    const num = 4 + i * 3;
    const box = '/MediaBox[0 0 595 842]';
    const resources = `/Resources<</Font<</F1 3 0 R>>/XObject<</I ${num + 2} 0 R>>>>`;
    add(num, `<</Type/Page/Parent 2 0 R${box}${resources}/Contents ${num + 1} 0 R>>`);
    const text = textOf(i, image !== null);
    add(num + 1, `<</Length ${text.length}>>\nstream\n${text}\nendstream`);
    const size = image ? 700 : 1;
    const data = image ?? Buffer.from([255]);
    if (image) data[i] = i;
    const head = `<</Type/XObject/Subtype/Image/Width ${size}/Height ${size}/BitsPerComponent 8/ColorSpace/DeviceGray`;
    add(num + 2, `${head}/Length ${data.length}>>\nstream\n`, data, '\nendstream');
  }
  const count = 4 + pages * 3;
  const rows = Array.from(
    { length: count - 1 },
    (_, i) => `${String(offsets[i + 1]).padStart(10, '0')} 00000 n \n`,
  );
  const table = `xref\n0 ${count}\n0000000000 65535 f \n${rows.join('')}`;
  parts.push(Buffer.from(`${table}trailer\n<</Size ${count}/Root 1 0 R>>\nstartxref\n${length}\n%%EOF\n`));
  return Buffer.concat(parts);
}

function textOf(page: number, hasImage: boolean): string {
  const lines = Array.from(
    { length: 20 },
    (_, i) => `0 -16 Td (Article ${page}.${i} The buyer pays ${page * i} euros.) Tj`,
  );
  const image = hasImage ? 'q 400 0 0 300 90 60 cm /I Do Q' : '';
  return `BT /F1 10 Tf 60 790 Td ${lines.join(' ')} ET ${image}`;
}
