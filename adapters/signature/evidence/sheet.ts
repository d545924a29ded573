import { readFileSync } from 'node:fs';
import { rgb, type EmbeddedFont, type PDF, type PDFPage } from '@libpdf/core';

const PAGE = { width: 595, height: 842, margin: 56, bottom: 60 };
const WIDTH = PAGE.width - 2 * PAGE.margin;
const INK = rgb(0.1, 0.13, 0.2);
const GREY = rgb(0.42, 0.45, 0.5);
const REGULAR = require.resolve('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf');
const BOLD = require.resolve('@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf');

/** Text that flows down A4 pages; what a font can't draw is shown by its code point, never lost. */
export interface Sheet {
  /** Begins a page. */
  turn(): void;
  title(text: string): void;
  heading(text: string): void;
  paragraph(text: string): void;
  /** A name and its value beside it. */
  fact(name: string, value: string): void;
}

export function createSheet(pdf: PDF): Sheet {
  const regular = pdf.embedFont(new Uint8Array(readFileSync(REGULAR)));
  const bold = pdf.embedFont(new Uint8Array(readFileSync(BOLD)));
  let page: PDFPage | null = null;
  let y = 0;

  const turn = (): void => {
    page = pdf.addPage({ size: 'a4' });
    y = PAGE.height - PAGE.margin;
  };
  const line = (text: string, x: number, size: number, font: EmbeddedFont, color = INK): void => {
    page!.drawText(text, { x: PAGE.margin + x, y, size, font, color });
  };
  const down = (by: number): void => {
    y -= by;
    if (page === null || y < PAGE.bottom) turn();
  };
  const flow = (text: string, x: number, size: number, font: EmbeddedFont, color = INK): void => {
    for (const part of wrap(drawable(text, font), font, size, WIDTH - x)) {
      down(0);
      line(part, x, size, font, color);
      y -= size * 1.4;
    }
  };
  return {
    turn,
    title(text) {
      down(14);
      flow(text, 0, 20, bold);
      down(4);
    },
    heading(text) {
      down(16);
      flow(text, 0, 11, bold);
      down(2);
    },
    paragraph: (text) => flow(text, 0, 8.5, regular, GREY),
    fact(name, value) {
      down(0);
      line(drawable(name, regular), 0, 8.5, regular, GREY);
      flow(value, 150, 8.5, regular);
      down(1);
    },
  };
}

function drawable(text: string, font: EmbeddedFont): string {
  const flat = text.normalize('NFC').replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ');
  return Array.from(flat, (char) =>
    font.canEncode(char) ? char : `[U+${char.codePointAt(0)!.toString(16)}]`,
  )
    .join('')
    .trim();
}

/** Lines no wider than `width`: broken at spaces, within a word where it alone is wider. */
function wrap(text: string, font: EmbeddedFont, size: number, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  const fits = (part: string): boolean => font.getTextWidth(part, size) <= width;
  for (const word of text.split(' ')) {
    let rest = word;
    if (line !== '' && !fits(`${line} ${rest}`)) {
      lines.push(line);
      line = '';
    }
    while (!fits(rest)) {
      let cut = rest.length - 1;
      while (cut > 1 && !fits(rest.slice(0, cut))) cut -= 1;
      lines.push(rest.slice(0, cut));
      rest = rest.slice(cut);
    }
    line = line === '' ? rest : `${line} ${rest}`;
  }
  return [...lines, line];
}
