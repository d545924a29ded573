import { loadPdfium, type Pdfium } from './load-pdfium.js';

/** One visible character and its box in points, from the lower left of the page. */
export interface PageChar {
  readonly char: string;
  readonly box: readonly [left: number, right: number, bottom: number, top: number];
}

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

const GRAY = 1;
const FORM_INFO_BYTES = 256;
const ANNOTATIONS = 0x01;
/** With FPDF_GRAYSCALE and FPDF_RENDER_LIMITEDIMAGECACHE. */
const FLAGS = ANNOTATIONS | 0x08 | 0x200;
const SIDE_LIMIT = 2_000;
const CHAR_LIMIT = 200_000;

export interface PageReader {
  readonly count: number;
  view: (index: number) => PageView;
  /** Both at once: opening a page takes most of the time. */
  viewAndImage: (index: number) => { readonly view: PageView; readonly image: PageImage };
  close: () => void;
}

/** Opens a PDF for its pages' text and looks. Throws when PDFium cannot read it. Close it. */
export async function openPages(bytes: Uint8Array): Promise<PageReader> {
  const pdfium = await loadPdfium();
  const at = allocate(pdfium, bytes.length);
  pdfium.HEAPU8.set(bytes, at);
  const doc = pdfium._FPDF_LoadMemDocument(at, bytes.length, 0);
  if (doc === 0) {
    pdfium.wasmExports.free(at);
    throw new RangeError('PDFium cannot open the document');
  }
  // Without a form environment PDFium leaves out fields, and with them what a signature draws.
  const info = allocate(pdfium, FORM_INFO_BYTES);
  pdfium.HEAPU8.fill(0, info, info + FORM_INFO_BYTES);
  pdfium.HEAPU8[info] = 2;
  const form = pdfium._FPDFDOC_InitFormFillEnvironment(doc, info);
  const withPage = <T>(index: number, use: (page: number) => T): T => {
    const page = pdfium._FPDF_LoadPage(doc, index);
    if (page === 0) throw new RangeError(`PDFium cannot open page ${index + 1}`);
    pdfium._FORM_OnAfterLoadPage(page, form);
    try {
      return use(page);
    } finally {
      pdfium._FORM_OnBeforeClosePage(page, form);
      pdfium._FPDF_ClosePage(page);
    }
  };
  return {
    count: pdfium._FPDF_GetPageCount(doc),
    view: (index) => withPage(index, (page) => readView(pdfium, page)),
    viewAndImage: (index) =>
      withPage(index, (page) => ({ view: readView(pdfium, page), image: renderPage(pdfium, page, form) })),
    close: () => {
      pdfium._FPDFDOC_ExitFormFillEnvironment(form);
      pdfium._FPDF_CloseDocument(doc);
      for (const block of [info, at]) pdfium.wasmExports.free(block);
    },
  };
}

function allocate(pdfium: Pdfium, size: number): number {
  const at = pdfium.wasmExports.malloc(size);
  if (at === 0) throw new RangeError('there is no memory left to draw the document');
  return at;
}

function readView(pdfium: Pdfium, page: number): PageView {
  const handle = pdfium._FPDFText_LoadPage(page);
  const boxes = pdfium.wasmExports.malloc(32);
  const chars: PageChar[] = [];
  let text = '';
  try {
    const count = Math.min(CHAR_LIMIT, Math.max(0, pdfium._FPDFText_CountChars(handle)));
    for (let i = 0; i < count; i++) {
      const char = String.fromCodePoint(Math.min(0x10ffff, pdfium._FPDFText_GetUnicode(handle, i)));
      text += char;
      if (!isVisible(char)) continue;
      pdfium._FPDFText_GetCharBox(handle, i, boxes, boxes + 8, boxes + 16, boxes + 24);
      const data = new DataView(pdfium.HEAPU8.buffer, boxes, 32);
      const at = (offset: number): number => data.getFloat64(offset, true);
      chars.push({ char, box: [at(0), at(8), at(16), at(24)] });
    }
  } finally {
    pdfium.wasmExports.free(boxes);
    pdfium._FPDFText_ClosePage(handle);
  }
  return { width: pdfium._FPDF_GetPageWidth(page), height: pdfium._FPDF_GetPageHeight(page), chars, text };
}

const isVisible = (char: string): boolean => !/[\s\p{C}]/u.test(char);

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
