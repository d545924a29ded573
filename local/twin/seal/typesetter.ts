import { readFileSync } from 'node:fs';

import { rgb } from '@libpdf/core';
import type { Color, EmbeddedFont, PDF, PDFPage } from '@libpdf/core';

export const INK = rgb(0.1, 0.13, 0.2);
export const GREY = rgb(0.42, 0.45, 0.5);
export const RULE = rgb(0.8, 0.82, 0.86);

const REGULAR = require.resolve('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf');
const BOLD = require.resolve('@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf');

/** Lines of text on one page: measures, breaks, and never asks a font for a glyph that it lacks. */
export interface Typesetter {
  readonly page: PDFPage;
  /** Draws one line; `y` is its baseline. */
  line(text: string, at: { x: number; y: number; size: number; bold?: boolean; color?: Color }): void;
  /** Breaks into lines no wider than `width`, at spaces, within a word only where it must. */
  wrap(text: string, width: number, size: number, bold?: boolean): string[];
}

export interface Fonts {
  readonly regular: EmbeddedFont;
  readonly bold: EmbeddedFont;
}

/** Noto Sans (Latin, Greek, Cyrillic, Vietnamese) for one document: one subset of each face at saving. */
export function embedFonts(pdf: PDF): Fonts {
  return { regular: pdf.embedFont(fontBytes(REGULAR)), bold: pdf.embedFont(fontBytes(BOLD)) };
}

export function createTypesetter(fonts: Fonts, page: PDFPage): Typesetter {
  const pick = (bold = false): EmbeddedFont => (bold ? fonts.bold : fonts.regular);
  return {
    page,
    line(text, { x, y, size, bold, color }) {
      const font = pick(bold);
      page.drawText(drawable(text, font), { x, y, size, font, color: color ?? INK });
    },
    wrap(text, width, size, bold) {
      const font = pick(bold);
      return breakLines(drawable(text, font), (part) => font.getTextWidth(part, size) <= width);
    },
  };
}

const cache = new Map<string, Uint8Array>();

function fontBytes(path: string): Uint8Array {
  const bytes = cache.get(path) ?? new Uint8Array(readFileSync(path));
  cache.set(path, bytes);
  return bytes;
}

/** A character that the font can't draw is given by its code point: never lost, never shown as another one. */
function drawable(text: string, font: EmbeddedFont): string {
  const flat = text.normalize('NFC').replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ');
  return Array.from(flat)
    .map((char) => (font.canEncode(char) ? char : `[${codePoint(char)}]`))
    .join('');
}

const codePoint = (char: string): string =>
  `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

function breakLines(text: string, fits: (part: string) => boolean): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text
    .trim()
    .split(' ')
    .flatMap((word) => cut(word, fits))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || fits(longer)) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

function cut(word: string, fits: (part: string) => boolean): string[] {
  if (fits(word)) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const char of word) {
    if (piece !== '' && !fits(piece + char)) {
      pieces.push(piece);
      piece = '';
    }
    piece += char;
  }
  return [...pieces, piece];
}
