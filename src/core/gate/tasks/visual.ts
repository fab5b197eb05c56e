import {
  describe,
  invalid,
  item,
  member,
  readList,
  readMapping,
  readText,
  type Spot,
} from '../plain-data.ts';

/** Pages of the tree, looked at before and after. What changed more than it may needs somebody who wants it so. */
export interface VisualTask {
  readonly kind: 'visual';
  /** Run in each copy of the tree first, as the text of a command check is; null for pages that need no building. */
  readonly prepare: string | null;
  /** Directory of the tree that is served; empty for its top. */
  readonly folder: string;
  readonly pages: readonly VisualPage[];
  /** From 0 to 1: how far two colours may be apart and still count as the same. */
  readonly threshold: number;
  /** From 0 to 1: the share of its pixels that a page may change. */
  readonly maxShare: number;
}

/** One page at one size. Pixels are CSS pixels. */
export interface VisualPage {
  readonly name: string;
  /** Begins with `/`; may have a query. */
  readonly path: string;
  readonly width: number;
  readonly height: number;
  /** CSS selectors of what is painted over before it is compared: clocks, advertisements. */
  readonly masks: readonly string[];
}

export const VISUAL_KEYS = ['prepare', 'folder', 'pages', 'threshold', 'maxShare'] as const;

const PAGE_KEYS = ['name', 'path', 'width', 'height', 'masks'];
const PAGE_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;
const MOST_PAGES = 20;
const WIDTH = { standard: 1280, least: 100, most: 4096 };
const HEIGHT = { standard: 800, least: 100, most: 4096 };
/** Half of what tells neighbouring greys of a screen apart: the same machine draws both pictures, so little is noise. */
const THRESHOLD = 0.05;

/** @throws GhostError gate_file_invalid */
export function readVisualTask(check: ReadonlyMap<string, unknown>, spot: Spot): VisualTask {
  const prepare = check.get('prepare');
  return {
    kind: 'visual',
    prepare: prepare === undefined ? null : readText(prepare, member(spot, 'prepare')),
    folder: readFolder(check.get('folder') ?? '.', member(spot, 'folder')),
    pages: readPages(check.get('pages'), member(spot, 'pages')),
    threshold: readShare(check.get('threshold') ?? THRESHOLD, member(spot, 'threshold')),
    maxShare: readShare(check.get('maxShare') ?? 0, member(spot, 'maxShare')),
  };
}

function readFolder(value: unknown, spot: Spot): string {
  const folder = readText(value, spot);
  const segments = folder.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (folder.startsWith('/') || segments.includes('..'))
    throw invalid(spot, `\`${folder}\` leaves the tree; expected a path relative to its root`);
  return segments.join('/');
}

function readPages(value: unknown, spot: Spot): readonly VisualPage[] {
  const pages = readList(value, spot).map((page, index) => readPage(page, item(spot, index)));
  if (pages.length === 0) throw invalid(spot, 'expected pages to look at, got an empty list');
  if (pages.length > MOST_PAGES)
    throw invalid(spot, `${pages.length} pages, at most ${MOST_PAGES} are taken`);
  for (const [index, { name }] of pages.entries()) {
    const first = pages.findIndex((page) => page.name === name);
    if (first !== index)
      throw invalid(
        member(item(spot, index), 'name'),
        `\`${name}\` is the name of ${spot.path}[${first}] too`,
      );
  }
  return pages;
}

function readPage(value: unknown, spot: Spot): VisualPage {
  const page = readMapping(value, spot, PAGE_KEYS);
  const masks = readList(page.get('masks') ?? [], member(spot, 'masks'));
  return {
    name: readPageName(page.get('name'), member(spot, 'name')),
    path: readPath(page.get('path'), member(spot, 'path')),
    width: readPixels(page.get('width') ?? WIDTH.standard, member(spot, 'width'), WIDTH),
    height: readPixels(page.get('height') ?? HEIGHT.standard, member(spot, 'height'), HEIGHT),
    masks: masks.map((mask, index) => readText(mask, item(member(spot, 'masks'), index))),
  };
}

function readPageName(value: unknown, spot: Spot): string {
  const name = readText(value, spot);
  if (PAGE_NAME.test(name)) return name;
  throw invalid(spot, `\`${name}\` is no name; expected at most 40 lower-case letters, digits and \`-\``);
}

function readPath(value: unknown, spot: Spot): string {
  const path = readText(value, spot);
  if (/^\/(?!\/)\S*$/.test(path)) return path;
  throw invalid(spot, `\`${path}\` is no path of a page; expected one like /index.html`);
}

function readPixels(
  value: unknown,
  spot: Spot,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return Number(value);
  throw invalid(spot, `expected a whole number of pixels from ${least} to ${most}, got ${describe(value)}`);
}

function readShare(value: unknown, spot: Spot): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw invalid(spot, `expected a number from 0 to 1, got ${describe(value)}`);
}
