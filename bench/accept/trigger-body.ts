/** A trigger as a client sends it, with one PDF of so many bytes. */
export function triggerBody(pdfBytes: number): Buffer {
  return Buffer.from(
    JSON.stringify({
      label: 'Contrat de travail',
      deadline: new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10),
      documents: [{ name: 'contrat.pdf', content: onePagePdf(pdfBytes).toString('base64') }],
      signatories: [
        {
          firstName: 'Camille',
          lastName: 'Exemple',
          email: 'camille@example.org',
          mobile: '+33 6 39 98 00 01',
        },
        { firstName: 'Sacha', lastName: 'Modèle', email: 'sacha@example.org', mobile: '+33 6 39 98 00 02' },
      ],
      metadata: { department: 'sales' },
    }),
  );
}

/** One empty page, with a stream that makes up the size. */
function onePagePdf(bytes: number): Buffer {
  const filling = 'x'.repeat(Math.max(0, bytes - 500));
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Count 1/Kids[3 0 R]>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>',
    `<</Length ${filling.length}>>\nstream\n${filling}\nendstream`,
  ];
  let body = '%PDF-1.7\n';
  let table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const [index, object] of objects.entries()) {
    table += `${String(body.length).padStart(10, '0')} 00000 n \n`;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
  }
  const trailer = `trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(body + table + trailer, 'latin1');
}
