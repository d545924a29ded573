import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ARGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A real browser of this machine, without a window; null, with a warning, where there is none. */
export async function openBrowser(): Promise<Browser | null> {
  const executablePath = findBrowser();
  if (executablePath !== null)
    return chromium.launch({ executablePath, args: ARGS, chromiumSandbox: false, timeout: 60_000 });
  process.emitWarning('Chromium is not here: the pages were not seen in a browser');
  return null;
}

function findBrowser(): string | null {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const places = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return [process.env['CHROMIUM'] ?? '', ...places].find((file) => file !== '' && existsSync(file)) ?? null;
}

/** What a page must not be on any screen: wider than it. */
export async function faultsOf(page: Page): Promise<string[]> {
  const wide = await page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
  return wide ? [`${page.url()} is wider than the screen`] : [];
}
