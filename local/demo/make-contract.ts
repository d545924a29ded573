import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { PDF, rgb } from '@libpdf/core';

import { createTypesetter, embedFonts, GREY, RULE } from '../twin/seal/typesetter.js';
import type { Typesetter } from '../twin/seal/typesetter.js';
import { ANNEX, CONTRACT } from './contract-text.js';
import type { DemoDocument } from './contract-text.js';

/** Makes the demo's two documents anew: `node dist/local/demo/make-contract.js FOLDER`. They are kept in the repository. */

const PAGE = { width: 595, height: 842, margin: 68, bottom: 84 };
const WIDTH = PAGE.width - 2 * PAGE.margin;
const BODY = 9.6;
const LEADING = 14.4;
/** Fixed, so that the same words make much the same file. */
const MADE_AT = new Date('2026-11-01T09:00:00Z');
const ACCENT = rgb(0.55, 0.33, 0.1);

interface Sheet {
  type: Typesetter;
  y: number;
}

function render(document: DemoDocument): Promise<Uint8Array> {
  const pdf = PDF.create();
  pdf.setTitle(document.title);
  pdf.setAuthor('Atelier Lumen');
  pdf.setLanguage('fr-FR');
  pdf.setCreationDate(MADE_AT);
  pdf.setModificationDate(MADE_AT);
  const fonts = embedFonts(pdf);
  const pages: Typesetter[] = [];
  const turn = (): Sheet => {
    const type = createTypesetter(fonts, pdf.addPage({ size: 'a4' }));
    pages.push(type);
    return { type, y: PAGE.height - PAGE.margin };
  };
  const sheet = turn();
  const room = (height: number): void => {
    if (sheet.y - height < PAGE.bottom) Object.assign(sheet, turn());
  };
  drawTitle(sheet, document);
  for (const text of document.preamble) drawParagraph(sheet, text, room);
  document.articles.forEach((article, i) => drawArticle(sheet, article, i + 1, room));
  sheet.y -= 6;
  for (const text of document.closing) drawParagraph(sheet, text, room);
  drawSignatures(sheet, document, room);
  pages.forEach((type, i) => drawFolio(type, document, i + 1, pages.length));
  return pdf.save({ subsetFonts: true });
}

function drawTitle(sheet: Sheet, document: DemoDocument): void {
  sheet.type.line('ATELIER LUMEN', { x: PAGE.margin, y: sheet.y, size: 9, bold: true, color: ACCENT });
  sheet.type.page.drawRectangle({
    x: PAGE.margin,
    y: sheet.y - 10,
    width: WIDTH,
    height: 1.2,
    color: ACCENT,
  });
  sheet.type.line(document.title, { x: PAGE.margin, y: sheet.y - 42, size: 18, bold: true });
  sheet.type.line(document.subtitle, { x: PAGE.margin, y: sheet.y - 60, size: 10.5, color: GREY });
  sheet.y -= 92;
}

function drawParagraph(sheet: Sheet, text: string, room: (height: number) => void): void {
  const lines = sheet.type.wrap(text, WIDTH, BODY);
  room(lines.length * LEADING);
  for (const line of lines) {
    sheet.type.line(line, { x: PAGE.margin, y: sheet.y, size: BODY });
    sheet.y -= LEADING;
  }
  sheet.y -= 5;
}

function drawArticle(
  sheet: Sheet,
  article: DemoDocument['articles'][number],
  number: number,
  room: (height: number) => void,
): void {
  const [heading, ...paragraphs] = article;
  room(20 + LEADING * 4);
  sheet.y -= 5;
  sheet.type.line(`Article ${number}. ${heading}`, { x: PAGE.margin, y: sheet.y, size: 10.2, bold: true });
  sheet.y -= LEADING + 1;
  for (const text of paragraphs) drawParagraph(sheet, text, room);
}

function drawSignatures(sheet: Sheet, document: DemoDocument, room: (height: number) => void): void {
  if (document.signatures.length === 0) return;
  room(88);
  document.signatures.forEach(([role, name], i) => {
    const x = PAGE.margin + i * (WIDTH / 2 + 8);
    sheet.type.page.drawRectangle({
      x,
      y: sheet.y - 78,
      width: WIDTH / 2 - 8,
      height: 84,
      borderColor: RULE,
      borderWidth: 0.8,
    });
    sheet.type.line(role, { x: x + 10, y: sheet.y - 10, size: 8.5, color: GREY });
    sheet.type.line(name, { x: x + 10, y: sheet.y - 24, size: BODY, bold: true });
  });
}

function drawFolio(type: Typesetter, document: DemoDocument, number: number, total: number): void {
  const edge = { x: PAGE.margin, y: 54 };
  type.page.drawLine({ start: edge, end: { ...edge, x: PAGE.margin + WIDTH }, color: RULE, thickness: 0.6 });
  type.line(`Atelier Lumen, document fictif. ${document.title}`, {
    x: PAGE.margin,
    y: 41,
    size: 7.5,
    color: GREY,
  });
  type.line(`${number} / ${total}`, { x: PAGE.margin + WIDTH - 20, y: 41, size: 7.5, color: GREY });
}

async function main(folder: string): Promise<void> {
  for (const document of [CONTRACT, ANNEX])
    writeFileSync(join(folder, document.file), await render(document));
}

void main(process.argv[2] ?? '.');
