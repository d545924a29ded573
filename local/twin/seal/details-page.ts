import { createHash } from 'node:crypto';

import { rgb } from '@libpdf/core';
import type { PDF, PDFPage } from '@libpdf/core';

import type { SealInput } from '../sealer.js';
import { createTypesetter, embedFonts, GREY, INK, RULE } from './typesetter.js';
import type { Typesetter } from './typesetter.js';
import { eventName, formatTime, wordingFor } from './wording.js';

const PAGE = { width: 595, height: 842, margin: 56, bottom: 72 };
const WIDTH = PAGE.width - 2 * PAGE.margin;
const ACCENT = rgb(0.1, 0.25, 0.55);
const COLUMNS = {
  name: { x: 0, width: 170 },
  email: { x: 180, width: 165 },
  time: { x: 355, width: WIDTH - 355 },
};
/** Tried in turn until all signatories fit: 50 of them are allowed and the page stays one. */
const TABLE_SIZES = [9.5, 8, 7, 6, 5, 4, 3] as const;

/** Adds the one page of signature details for the whole contract, always A4 and always one page. */
export function addDetailsPage(pdf: PDF, input: SealInput): PDFPage {
  const page = pdf.addPage({ size: 'a4' });
  const type = createTypesetter(embedFonts(pdf), page);
  let y = drawHeading(type, input, PAGE.height - PAGE.margin - 12);
  y = drawFacts(type, input, y);
  y = drawSignatories(type, input, y - 22);
  drawTrail(type, input, y - 26);
  drawFooter(type, input);
  return page;
}

function drawHeading(type: Typesetter, input: SealInput, top: number): number {
  const words = wordingFor(input.contract.language);
  type.page.drawRectangle({ x: PAGE.margin, y: top + 18, width: 48, height: 3, color: ACCENT });
  type.line(words.title, { x: PAGE.margin, y: top - 6, size: 20, bold: true });
  return drawParagraph(type, words.intro, top - 26, 9);
}

function drawParagraph(type: Typesetter, text: string, top: number, size: number): number {
  const lines = type.wrap(text, WIDTH, size);
  lines.forEach((line, i) => type.line(line, { x: PAGE.margin, y: top - i * size * 1.4, size, color: GREY }));
  return top - lines.length * size * 1.4;
}

function drawFacts(type: Typesetter, input: SealInput, top: number): number {
  const words = wordingFor(input.contract.language);
  const facts = [
    [words.contract, input.contract.label],
    [words.reference, input.contract.id],
    [words.file, input.name],
    [words.digest, createHash('sha256').update(input.document).digest('hex')],
    [words.sealedAt, formatTime(input.at, input.contract.language)],
  ] as const;
  let y = top - 14;
  for (const [label, value] of facts) {
    type.line(label, { x: PAGE.margin, y, size: 8.5, color: GREY });
    for (const line of type.wrap(value, WIDTH - 140, 8.5).slice(0, 6)) {
      type.line(line, { x: PAGE.margin + 140, y, size: 8.5 });
      y -= 12.5;
    }
    y -= 2.5;
  }
  return y;
}

interface Row {
  readonly name: readonly string[];
  readonly email: readonly string[];
  readonly time: readonly string[];
}

function drawSignatories(type: Typesetter, input: SealInput, top: number): number {
  const words = wordingFor(input.contract.language);
  type.line(words.signatories, { x: PAGE.margin, y: top, size: 12, bold: true });
  const heads = { name: [words.name], email: [words.email], time: [words.signedAt] };
  const room = top - 40 - PAGE.bottom;
  const size =
    TABLE_SIZES.find((candidate) => tableHeight(rowsOf(type, input, candidate), candidate) <= room) ?? 3;
  let y = drawRow(type, heads, top - 20, 8, { head: true });
  for (const row of rowsOf(type, input, size)) y = drawRow(type, row, y, size, { head: false });
  return y;
}

function rowsOf(type: Typesetter, input: SealInput, size: number): Row[] {
  return input.signatories.map((person) => ({
    name: type.wrap(`${person.firstName} ${person.lastName}`, COLUMNS.name.width, size, true),
    email: type.wrap(person.email, COLUMNS.email.width, size),
    time: type.wrap(formatTime(new Date(person.signedAt), input.contract.language), COLUMNS.time.width, size),
  }));
}

const lineCount = (row: Row): number => Math.max(row.name.length, row.email.length, row.time.length);
/** Room above and below a row's text, in parts of its size: less of it once the table gets long. */
const padding = (size: number): number => (size < 8 ? 0.4 : 0.9);
const rowHeight = (row: Row, size: number): number => size * (lineCount(row) * 1.3 + padding(size));
const tableHeight = (rows: readonly Row[], size: number): number =>
  rows.reduce((sum, row) => sum + rowHeight(row, size), 0);

/** Draws one row from its top edge `top` and the rule below it; answers the next row's top edge. */
function drawRow(type: Typesetter, row: Row, top: number, size: number, { head }: { head: boolean }): number {
  const bottom = top - rowHeight(row, size);
  if (head)
    type.page.drawRectangle({
      x: PAGE.margin,
      y: bottom,
      width: WIDTH,
      height: top - bottom,
      color: rgb(0.95, 0.96, 0.98),
    });
  for (const column of ['name', 'email', 'time'] as const) {
    row[column].forEach((text, i) => {
      const y = top - size * (padding(size) / 2 + 0.9 + i * 1.3);
      const bold = column === 'name' && !head;
      type.line(text, { x: PAGE.margin + 6 + COLUMNS[column].x, y, size, bold, color: head ? GREY : INK });
    });
  }
  const edge = { x: PAGE.margin, y: bottom };
  type.page.drawLine({ start: edge, end: { ...edge, x: PAGE.margin + WIDTH }, color: RULE, thickness: 0.6 });
  return bottom;
}

/** The log as far as it fits; the platform keeps the rest. */
function drawTrail(type: Typesetter, input: SealInput, top: number): void {
  const words = wordingFor(input.contract.language);
  const lines = input.events.map(({ at, event, detail }) => {
    const what = [eventName(event, input.contract.language), detail]
      .filter((part) => part !== '')
      .join(' : ');
    return [
      formatTime(new Date(at), input.contract.language),
      type.wrap(what, WIDTH - 130, 7.5)[0] ?? '',
    ] as const;
  });
  const room = Math.floor((top - 18 - PAGE.bottom) / 11);
  if (room < 2 || lines.length === 0) return;
  type.line(words.trail, { x: PAGE.margin, y: top, size: 12, bold: true });
  const shown = lines.length <= room ? lines : lines.slice(0, room - 1);
  shown.forEach(([time, what], i) => {
    type.line(time, { x: PAGE.margin + 6, y: top - 18 - i * 11, size: 7.5, color: GREY });
    type.line(what, { x: PAGE.margin + 136, y: top - 18 - i * 11, size: 7.5 });
  });
  const left = lines.length - shown.length;
  if (left > 0)
    type.line(words.more(left), {
      x: PAGE.margin + 6,
      y: top - 18 - shown.length * 11,
      size: 7.5,
      color: GREY,
    });
}

function drawFooter(type: Typesetter, input: SealInput): void {
  const words = wordingFor(input.contract.language);
  const edge = { x: PAGE.margin, y: 56 };
  type.page.drawLine({ start: edge, end: { ...edge, x: PAGE.margin + WIDTH }, color: RULE, thickness: 0.6 });
  type.line(words.footer, { x: PAGE.margin, y: 43, size: 7.5, color: GREY });
  if (input.watermark)
    type.line(words.testNotice, { x: PAGE.margin, y: 32, size: 7.5, bold: true, color: ACCENT });
}
