/** The objects of a document with one empty page, by number. */
export const onePage = (): Record<number, string> => ({
  1: '<</Type/Catalog/Pages 2 0 R>>',
  2: '<</Type/Pages/Count 1/Kids[3 0 R]>>',
  3: '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>',
});

/** A PDF with these objects, a table that is right and `extra` in the trailer. */
export function buildPdf(objects: Record<number, string>, extra = ''): Buffer {
  let body = '%PDF-1.7\n';
  const offsets = new Map<number, number>();
  for (const [num, text] of Object.entries(objects)) {
    offsets.set(Number(num), body.length);
    body += `${num} 0 obj\n${text}\nendobj\n`;
  }
  const size = Math.max(...offsets.keys()) + 1;
  let table = `xref\n0 ${size}\n0000000000 65535 f \n`;
  for (let num = 1; num < size; num++) {
    const offset = offsets.get(num);
    table +=
      offset === undefined ? '0000000000 65535 f \n' : `${String(offset).padStart(10, '0')} 00000 n \n`;
  }
  const tail = `trailer\n<</Size ${size}/Root 1 0 R${extra}>>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(body + table + tail, 'latin1');
}
