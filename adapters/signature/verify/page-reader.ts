import { loadPdfium } from './load-pdfium.js';
import { allocate, openPage, type OpenPage, type PageView } from './open-page.js';

const FORM_INFO_BYTES = 256;

export interface PageReader {
  readonly count: number;
  view: (index: number) => PageView;
  /** Opens a page, which takes most of the time, for as long as it is used. */
  withPage: <T>(index: number, use: (page: OpenPage) => T) => T;
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
  const withPage = <T>(index: number, use: (page: OpenPage) => T): T => {
    const page = openPage(pdfium, doc, form, index);
    try {
      return use(page);
    } finally {
      page.close();
    }
  };
  return {
    count: pdfium._FPDF_GetPageCount(doc),
    withPage,
    view: (index) => withPage(index, (page) => page.view()),
    close: () => {
      pdfium._FPDFDOC_ExitFormFillEnvironment(form);
      pdfium._FPDF_CloseDocument(doc);
      for (const block of [info, at]) pdfium.wasmExports.free(block);
    },
  };
}
