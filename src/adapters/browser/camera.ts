import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { VisualPage, VisualTask } from '../../core/gate/tasks/visual.ts';
import type { Aimed, Camera, Developed, Shot } from '../../ports/camera.ts';
import { compareInThread } from './compare-in-thread.ts';
import { pictureSize } from './picture-size.ts';

/** Where the private copy is inside the sandbox, and where the browser's driver is mounted in it. */
const INSIDE = '/work';
const MOUNT = '.ghost-camera';

/** The browser itself: Debian's `/usr/bin/chromium` is a shell script that reads settings of the machine. */
const PLACES = [
  '/usr/lib/chromium/chromium',
  '/usr/lib64/chromium-browser/chromium-browser',
  '/opt/google/chrome/chrome',
];

/** For one page, and at most half of the time for all: one that never loads is to be named before the time is over. */
const LOAD_MS = 15_000;
/** Of a picture. A page without end has one all the same. */
const TALLEST = 8_000;
/** To compare so many takes 2 s and 300 MB; the author of a page decides how many it has. */
const MOST_PIXELS = 10_000_000;
/** Of what the command prints: all pictures of all pages in base64. */
const PRINTED_BYTES = 96 * 1024 * 1024;

export interface CameraOptions {
  /** The program that runs inside and drives the browser: one file that imports nothing but Node's own modules. */
  readonly driver: URL;
  /** The module of a thread that compares two pictures. */
  readonly thread: URL;
  /** Absolute directory of the package playwright-core. */
  readonly playwright: string;
  /** Absolute path of Chromium; looked for where systems have it when left out. */
  readonly chromium?: string;
}

/** Chromium through playwright-core, as the system has it: none is fetched. */
export function chromiumCamera(options: CameraOptions): Camera {
  const places = options.chromium === undefined ? PLACES : [options.chromium];
  const chromium = places.find((path) => existsSync(path));
  return {
    problem: () =>
      chromium === undefined ? 'Chromium is not installed on this machine (Debian: chromium)' : null,
    aim: (task, timeoutMs) => aimed(task, timeoutMs, { ...options, chromium: chromium ?? '' }),
    compare: (pictures, threshold) => compareInThread(options.thread, { pictures, threshold }),
  };
}

function aimed(
  task: VisualTask,
  timeoutMs: number,
  { driver, playwright, chromium }: Required<Omit<CameraOptions, 'thread'>>,
): Aimed {
  // Pages cannot know it. What is run in `prepare` can: it stands in the arguments of that very shell.
  const mark = randomUUID();
  const asked = {
    ...{
      playwright: `${INSIDE}/${MOUNT}/index.mjs`,
      chromium,
      mark,
      loadMs: Math.min(LOAD_MS, Math.ceil(timeoutMs / 2)),
    },
    root: task.folder === '' ? INSIDE : `${INSIDE}/${task.folder}`,
    pages: task.pages.map((page) => ({ ...page, tallest: tallestOf(page) })),
  };
  const type = driver.pathname.endsWith('.ts') ? 'module-typescript' : 'module';
  const text = readFileSync(driver, 'utf8');
  const shoot = ['node', `--input-type=${type}`, '--eval', text, '--', JSON.stringify(asked)];
  return {
    command: {
      argv: task.prepare === null ? shoot : prepared(task.prepare, shoot),
      mounts: [{ from: playwright, to: MOUNT }],
      outputCap: PRINTED_BYTES,
    },
    said: [...(task.prepare === null ? [] : ['bash', '-euo', 'pipefail', '-c', task.prepare]), chromium],
    develop: (printed) => developed(task.pages, Buffer.from(printed).toString('utf8'), mark),
  };
}

function prepared(script: string, then: readonly string[]): readonly string[] {
  return ['bash', '-euo', 'pipefail', '-c', `${script}\nexec "$@"`, 'pages', ...then];
}

/** One line of the driver. */
interface Told {
  readonly browser?: string;
  readonly name?: string;
  readonly png?: string;
  readonly missing?: true;
  readonly problem?: string;
}

function developed(pages: readonly VisualPage[], printed: string, mark: string): Developed {
  const lines = printed.split('\n');
  const isTold = (line: string) => line.startsWith(`${mark} {`);
  const told = lines.filter(isTold).flatMap((line) => toldBy(line.slice(mark.length + 1)));
  return {
    browser: told.find(({ browser }) => browser !== undefined)?.browser ?? null,
    shots: pages.map((page) =>
      shotOf(
        page,
        told.filter(({ name }) => name === page.name),
      ),
    ),
    text: lines.filter((line) => !isTold(line)).join('\n'),
  };
}

/** A line that was cut off, by a limit or with the browser, tells nothing. */
function toldBy(line: string): Told[] {
  try {
    return [JSON.parse(line) as Told];
  } catch {
    return [];
  }
}

function shotOf(page: VisualPage, lines: readonly Told[]): Shot {
  const [told] = lines;
  if (lines.length > 1)
    return { page, kind: 'failed', problem: `${lines.length} answers came of it: one of them is forged` };
  if (told === undefined) return { page, kind: 'failed', problem: 'the browser ended before it was shown' };
  if (told.missing) return { page, kind: 'missing' };
  if (told.png === undefined)
    return { page, kind: 'failed', problem: told.problem ?? 'no picture came of it' };
  const png = Buffer.from(told.png, 'base64');
  const size = pictureSize(png);
  if (size?.width !== page.width || size.height > tallestOf(page))
    return { page, kind: 'failed', problem: 'what came of it is no picture of a page' };
  return { page, kind: 'picture', png };
}

function tallestOf({ width }: VisualPage): number {
  return Math.min(TALLEST, Math.floor(MOST_PIXELS / width));
}
