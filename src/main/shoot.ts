import { realpathSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { BrowserContext, Page, Route } from 'playwright-core';

/*
 * The process that drives a browser inside the sandbox. It is handed over as text, to `node --eval`, so it imports nothing of
 * ours; and nothing of the tree, whose code the pages are. Answers with one line of JSON for each page.
 */

interface Asked {
  readonly playwright: string;
  readonly chromium: string;
  /** Absolute directory that is served. */
  readonly root: string;
  readonly mark: string;
  readonly loadMs: number;
  readonly pages: readonly {
    readonly name: string;
    readonly path: string;
    readonly width: number;
    readonly height: number;
    readonly tallest: number;
    readonly masks: readonly string[];
  }[];
}

/** No name of the internet ends so (RFC 6761): what is asked of it is answered here and nowhere else. */
const ORIGIN = 'http://tree.invalid';

/** Fixed, so that the same page has the same pixels: no hinting and no colour of one machine, nothing fetched by itself. */
const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-quic', '--no-first-run'],
  ...[
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-breakpad',
  ],
  ...['--font-render-hinting=none', '--disable-lcd-text', '--force-color-profile=srgb', '--hide-scrollbars'],
];

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  json: 'application/json',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  ico: 'image/x-icon',
  woff: 'font/woff',
  woff2: 'font/woff2',
  txt: 'text/plain; charset=utf-8',
};

const asked: Asked = JSON.parse(process.argv.at(-1) ?? '');
const root = realpathSync(asked.root);
const { chromium } = (await import(asked.playwright)) as typeof import('playwright-core');
const browser = await chromium.launch({ executablePath: asked.chromium, args: FLAGS });
tell({ browser: `Chromium ${browser.version()}` });
for (const page of asked.pages) {
  const { name, width, height } = page;
  const context = await browser.newContext({
    viewport: { width, height },
    ...{ deviceScaleFactor: 1, locale: 'en-US', timezoneId: 'UTC', colorScheme: 'light' },
    ...{ reducedMotion: 'reduce', serviceWorkers: 'block' },
  });
  tell({ name, ...(await shot(context, page).catch((error: unknown) => ({ problem: saying(error) }))) });
  await context.close();
}
await browser.close();

async function shot(context: BrowserContext, { path, width, tallest, masks }: Asked['pages'][number]) {
  let status = 0;
  const url = new URL(path, ORIGIN);
  await context.route('**/*', async (route) => {
    const answered = await answer(route);
    if (route.request().url() === url.href) status = answered;
  });
  const page = await context.newPage();
  await page.goto(url.href, { waitUntil: 'load', timeout: asked.loadMs });
  if (status === 404) return { missing: true };
  await page.evaluate('document.fonts.ready');
  const height = Math.min(await heightOf(page), tallest);
  await page.setViewportSize({ width, height });
  const picture = await page.screenshot({
    ...{ animations: 'disabled', caret: 'hide', scale: 'css', timeout: asked.loadMs },
    mask: masks.map((selector) => page.locator(selector)),
    maskColor: '#808080',
  });
  return { png: picture.toString('base64') };
}

/** Of the whole page, which may be longer than what is seen of it. */
async function heightOf(page: Page): Promise<number> {
  return Number(await page.evaluate('Math.max(innerHeight, document.documentElement.scrollHeight)'));
}

/** From the tree, and from nowhere else; a link out of it leads nowhere. */
async function answer(route: Route): Promise<number> {
  const url = new URL(route.request().url());
  const bytes = url.origin === ORIGIN ? await fileAt(decodeURIComponent(url.pathname)) : null;
  if (bytes === null) {
    await route.fulfill({ status: 404, contentType: 'text/plain', body: 'not in the tree' });
    return 404;
  }
  const ending = /\.([a-z0-9]+)$/i.exec(url.pathname)?.[1]?.toLowerCase() ?? 'html';
  await route.fulfill({
    status: 200,
    contentType: TYPES[ending] ?? 'application/octet-stream',
    body: bytes,
  });
  return 200;
}

async function fileAt(path: string): Promise<Buffer | null> {
  try {
    const real = realpathSync(join(root, path.endsWith('/') ? `${path}index.html` : path));
    return real.startsWith(root + sep) ? await readFile(real) : null;
  } catch {
    return null;
  }
}

function saying(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}

function tell(line: object): void {
  process.stdout.write(`${asked.mark} ${JSON.stringify(line)}\n`);
}
