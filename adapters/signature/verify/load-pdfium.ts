import { readFile } from 'node:fs/promises';

import { PDFiumModule } from '@hyzyla/pdfium';

/** The part of PDFium that is used; the wrapper's own types leave the text boxes out. */
export interface Pdfium {
  HEAPU8: Uint8Array;
  wasmExports: { malloc: (size: number) => number; free: (at: number) => void };
  _FPDF_InitLibraryWithConfig: (config: number) => void;
  _FPDF_LoadMemDocument: (at: number, size: number, password: number) => number;
  _FPDF_CloseDocument: (doc: number) => void;
  _FPDF_GetPageCount: (doc: number) => number;
  _FPDF_LoadPage: (doc: number, index: number) => number;
  _FPDF_ClosePage: (page: number) => void;
  _FPDF_GetPageWidth: (page: number) => number;
  _FPDF_GetPageHeight: (page: number) => number;
  _FPDFPage_CountObjects: (page: number) => number;
  _FPDFPage_GetObject: (page: number, index: number) => number;
  _FPDFPageObj_GetType: (object: number) => number;
  _FPDFPageObj_SetIsActive: (object: number, active: number) => number;
  _FPDFText_GetTextObject: (text: number, index: number) => number;
  _FPDFText_LoadPage: (page: number) => number;
  _FPDFText_ClosePage: (text: number) => void;
  _FPDFText_CountChars: (text: number) => number;
  _FPDFText_GetUnicode: (text: number, index: number) => number;
  _FPDFText_GetCharBox: (text: number, index: number, l: number, r: number, b: number, t: number) => number;
  _FPDFBitmap_CreateEx: (w: number, h: number, format: number, at: number, stride: number) => number;
  _FPDFBitmap_FillRect: (bitmap: number, l: number, t: number, w: number, h: number, color: number) => void;
  _FPDFBitmap_Destroy: (bitmap: number) => void;
  _FPDF_RenderPageBitmap: (...bitmapPageBoxRotateFlags: number[]) => void;
  _FPDF_FFLDraw: (...formBitmapPageBoxRotateFlags: number[]) => void;
  _FPDFDOC_InitFormFillEnvironment: (doc: number, info: number) => number;
  _FPDFDOC_ExitFormFillEnvironment: (form: number) => void;
  _FORM_OnAfterLoadPage: (page: number, form: number) => void;
  _FORM_OnBeforeClosePage: (page: number, form: number) => void;
}

/** The parts of WebAssembly that are used; @types/node leaves them out. */
interface Wasm {
  compile: (bytes: Uint8Array) => Promise<object>;
  instantiate: (module: object, imports: Imports) => Promise<object>;
}
type Imports = Record<string, Record<string, unknown>>;

/** How far PDFium's memory may grow: hostile images ask for gigabytes. */
const MEMORY_LIMIT_BYTES = 448 * 1024 * 1024;

let compiling: Promise<object> | undefined;
let loading: Promise<Pdfium> | undefined;

const wasm = (globalThis as unknown as { WebAssembly: Wasm }).WebAssembly;

/** PDFium's compiled program. It can be handed to threads, which then need not compile it: that takes seconds. */
export function compilePdfium(): Promise<object> {
  compiling ??= readFile(require.resolve('@hyzyla/pdfium/pdfium.wasm')).then((bytes) => wasm.compile(bytes));
  return compiling;
}

/** Gives this thread the program that another one compiled. */
export function usePdfium(compiled: object): void {
  compiling ??= Promise.resolve(compiled);
}

/** PDFium, loaded once for each thread. */
export function loadPdfium(): Promise<Pdfium> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Pdfium> {
  const module = await compilePdfium();
  const start = PDFiumModule as unknown as (options: object) => Promise<Pdfium>;
  const pdfium = await start({
    printErr: () => undefined,
    instantiateWasm: (imports: Imports, done: (instance: object) => void) => {
      limitMemory(imports);
      void hand(wasm.instantiate(module, imports), done);
    },
  });
  const config = pdfium.wasmExports.malloc(64);
  pdfium.HEAPU8.fill(0, config, config + 64);
  pdfium.HEAPU8[config] = 2;
  pdfium._FPDF_InitLibraryWithConfig(config);
  return pdfium;
}

async function hand(instance: Promise<object>, done: (instance: object) => void): Promise<void> {
  done(await instance);
}

function limitMemory(imports: Imports): void {
  const env = imports['env'] ?? {};
  const grow = env['emscripten_resize_heap'] as (bytes: number) => boolean;
  env['emscripten_resize_heap'] = (bytes: number) => bytes >>> 0 <= MEMORY_LIMIT_BYTES && grow(bytes);
}
