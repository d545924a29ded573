import type { Pdfium } from './load-pdfium.js';

/** One visible character. */
export interface PageChar {
  readonly char: string;
  /** Its place in what PDFium reads, for `boxOf` and `objectOf`. */
  readonly index: number;
}

/** In points, from the lower left of the page. */
export type Box = readonly [left: number, right: number, bottom: number, top: number];

export interface PageView {
  readonly width: number;
  readonly height: number;
  readonly chars: readonly PageChar[];
  /** As read aloud, with white space. */
  readonly text: string;
}

export interface PageImage {
  readonly width: number;
  readonly height: number;
  /** One byte a pixel: 255 is white, 0 is black. */
  readonly gray: Uint8Array;
  /** Pixels for each point. */
  readonly scale: number;
}

/** Something drawn on a page; a number of PDFium's that holds while the page is open. */
export type PageObject = number;

/** A page while it is open. */
export interface OpenPage {
  view: () => PageView;
  image: () => PageImage;
  /** What is drawn, in order; a form XObject is one. */
  objects: () => PageObject[];
  isText: (object: PageObject) => boolean;
  /** Where the character of that place is, and the text object that it belongs to. */
  boxOf: (index: number) => Box;
  objectOf: (index: number) => PageObject;
  /** Leaves an object out of the images made from now on, or takes it in again. */
  show: (object: PageObject, isShown: boolean) => void;
  close: () => void;
}

const GRAY = 1;
const ANNOTATIONS = 0x01;
/** With FPDF_GRAYSCALE and FPDF_RENDER_LIMITEDIMAGECACHE. */
const FLAGS = ANNOTATIONS | 0x08 | 0x200;
const SIDE_LIMIT = 2_000;
const CHAR_LIMIT = 200_000;
const TEXT_OBJECT = 1;

/** Opens page `index` of an open document. Throws RangeError when PDFium cannot. Close it. */
export function openPage(pdfium: Pdfium, doc: number, form: number, index: number): OpenPage {
  const page = pdfium._FPDF_LoadPage(doc, index);
  if (page === 0) throw new RangeError(`PDFium cannot open page ${index + 1}`);
  pdfium._FORM_OnAfterLoadPage(page, form);
  let text: number | undefined;
  const textOf = (): number => (text ??= pdfium._FPDFText_LoadPage(page));
  return {
    view: () => readView(pdfium, page, textOf()),
    image: () => renderPage(pdfium, page, form),
    objects: () =>
      Array.from({ length: pdfium._FPDFPage_CountObjects(page) }, (_, i) =>
        pdfium._FPDFPage_GetObject(page, i),
      ),
    isText: (object) => pdfium._FPDFPageObj_GetType(object) === TEXT_OBJECT,
    boxOf: (at) => readBox(pdfium, textOf(), at),
    objectOf: (at) => pdfium._FPDFText_GetTextObject(textOf(), at),
    show: (object, isShown) => void pdfium._FPDFPageObj_SetIsActive(object, isShown ? 1 : 0),
    close() {
      if (text !== undefined) pdfium._FPDFText_ClosePage(text);
      pdfium._FORM_OnBeforeClosePage(page, form);
      pdfium._FPDF_ClosePage(page);
    },
  };
}

export function allocate(pdfium: Pdfium, size: number): number {
  const at = pdfium.wasmExports.malloc(size);
  if (at === 0) throw new RangeError('there is no memory left to draw the document');
  return at;
}

function readView(pdfium: Pdfium, page: number, handle: number): PageView {
  const chars: PageChar[] = [];
  let text = '';
  const count = Math.min(CHAR_LIMIT, Math.max(0, pdfium._FPDFText_CountChars(handle)));
  for (let index = 0; index < count; index++) {
    const char = String.fromCodePoint(Math.min(0x10ffff, pdfium._FPDFText_GetUnicode(handle, index)));
    text += char;
    if (isVisible(char)) chars.push({ char, index });
  }
  return { width: pdfium._FPDF_GetPageWidth(page), height: pdfium._FPDF_GetPageHeight(page), chars, text };
}

function readBox(pdfium: Pdfium, handle: number, index: number): Box {
  const at = allocate(pdfium, 32);
  try {
    pdfium._FPDFText_GetCharBox(handle, index, at, at + 8, at + 16, at + 24);
    const [left = 0, right = 0, bottom = 0, top = 0] = new Float64Array(pdfium.HEAPU8.buffer, at, 4);
    return [left, right, bottom, top];
  } finally {
    pdfium.wasmExports.free(at);
  }
}

function isVisible(char: string): boolean {
  if (char > ' ' && char < '\u007F') return true;
  return !/[\s\p{C}]/u.test(char);
}

function renderPage(pdfium: Pdfium, page: number, form: number): PageImage {
  const [w, h] = [pdfium._FPDF_GetPageWidth(page), pdfium._FPDF_GetPageHeight(page)];
  const scale = Math.min(1, SIDE_LIMIT / Math.max(w, h, 1));
  const [width, height] = [Math.max(1, Math.round(w * scale)), Math.max(1, Math.round(h * scale))];
  const at = allocate(pdfium, width * height);
  const bitmap = pdfium._FPDFBitmap_CreateEx(width, height, GRAY, at, width);
  try {
    pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff);
    pdfium._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, FLAGS);
    pdfium._FPDF_FFLDraw(form, bitmap, page, 0, 0, width, height, 0, FLAGS & ~ANNOTATIONS);
    return { width, height, gray: pdfium.HEAPU8.slice(at, at + width * height), scale };
  } finally {
    pdfium._FPDFBitmap_Destroy(bitmap);
    pdfium.wasmExports.free(at);
  }
}
