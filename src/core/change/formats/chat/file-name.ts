import { fenceOpening, isFenceLine } from './fence.ts';

/** What a line above a fence or block says about the file it is for. Bytes as latin1. */
export type NameLine =
  | { readonly kind: 'name'; readonly name: string }
  /** It names these files among other words. */
  | { readonly kind: 'unclear'; readonly mentions: readonly string[] }
  | { readonly kind: 'none' };

const NONE: NameLine = { kind: 'none' };
/** Longer lines are sentences. */
const MAX_NAME_LINE = 400;

/**
 * Reads a line that holds a file name and nothing else, bare or decorated as in `### **src/a.ts**:` or `File: a.ts`.
 * Source of the decorations: aider, strip_filename in editblock_coder.py.
 */
export function nameOn(line: string): NameLine {
  const text = line.trim();
  if (text === '' || text === '...' || isFenceLine(line)) return NONE;
  if (text.length > MAX_NAME_LINE) return mentioned(mentionsIn(text));
  const { name, quoted, decorated, labelled } = undecorated(text);
  if (isNameAlone(name, quoted)) return { kind: 'name', name };
  const path = !/[\s`]|:\/\//.test(name) && name.includes('/') && !name.endsWith('/');
  if (path && (labelled || !decorated)) return { kind: 'name', name };
  // `### and/or` is a heading, and `bin/tool:` a label: either way it is no name that can be relied on.
  return mentioned(labelled && !/\s/.test(name) && name !== '' ? [name] : mentionsIn(text));
}

function isNameAlone(name: string, quoted: boolean): boolean {
  if (name === '' || name.includes('`')) return false;
  if (/\s/.test(name)) return quoted && hasShape(name);
  return !name.includes('://') && (quoted || hasShape(name) || WELL_KNOWN.has(name));
}

function mentioned(mentions: readonly string[]): NameLine {
  return mentions.length > 0 ? { kind: 'unclear', mentions } : NONE;
}

const WORD_ENDS = /[\s`*"'()[\]{}<>|,;!?=]+/;

/** What in a sentence looks like a file, and may be meant as one: with a slash, an extension, or a well-known name. */
function mentionsIn(line: string): string[] {
  const words = line.slice(0, MAX_MENTION_LINE).split(WORD_ENDS);
  return words.map((word) => word.replace(/[:.]{1,9}$/, '').replace(PLACE, '')).filter(isMention);
}

/** What stands behind is looked at for names no more. */
const MAX_MENTION_LINE = 4_000;
/** A line of the file: `a.ts:12`, `a.ts:12:3`, `a.ts#L12`. */
const PLACE = /(?::\d{1,7}){1,2}$|#L\d{1,7}$/;

function isMention(word: string): boolean {
  if (word.includes('://')) return false;
  return hasShape(word) || WELL_KNOWN.has(word) || /[^/]\/[^/]/.test(word);
}

interface Undecorated {
  readonly name: string;
  /** In backticks, or bold. */
  readonly quoted: boolean;
  readonly decorated: boolean;
  /** `File:` stands before it. */
  readonly labelled: boolean;
}

function undecorated(text: string): Undecorated {
  const headless = text.replace(/^#{1,6}\s*/, '');
  let name = headless.replace(LABEL, '');
  const labelled = name !== headless;
  let quoted = false;
  for (;;) {
    const bare = unwrapped(name);
    if (bare === null) break;
    quoted ||= name.startsWith('`');
    name = bare;
  }
  return { name, quoted, decorated: name !== text, labelled };
}

const LABEL = /^(?:\*\*)?(?:file|filename|file ?path|path):(?:\*\*)?\s{1,4}/i;

function unwrapped(text: string): string | null {
  if (text.endsWith(':')) return text.slice(0, -1).trimEnd();
  for (const mark of ['**', '`', '*']) {
    if (text.startsWith(mark) && text.endsWith(mark) && text.length > 2 * mark.length) {
      return text.slice(mark.length, -mark.length).trim();
    }
  }
  return null;
}

/** `a.ts`, `src/.env`, `x.tar.gz`: an extension of letters, or a hidden file. `1.2`, `etc.` and `e.g.` are none. */
function hasShape(name: string): boolean {
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  return /(?:^|[^.\s])\.[A-Za-z][\w+~-]{0,15}$/.test(last.slice(-40));
}

const WELL_KNOWN: ReadonlySet<string> = new Set([
  ...[
    'Dockerfile',
    'Containerfile',
    'Makefile',
    'GNUmakefile',
    'Justfile',
    'Rakefile',
    'Gemfile',
    'Procfile',
  ],
  ...['Vagrantfile', 'Jenkinsfile', 'Brewfile', 'Caddyfile', 'Tiltfile', 'BUILD', 'WORKSPACE'],
  ...['LICENSE', 'README', 'CHANGELOG', 'NOTICE', 'AUTHORS', 'COPYING', 'CODEOWNERS', 'VERSION'],
]);

/** The file that a fence's own line names: ```` ```src/a.ts ````, ```` ```ts:src/a.ts ````, ```` ```ts title="a.ts" ````. */
export function nameInInfo(info: string): string | null {
  const text = info.slice(0, MAX_NAME_LINE);
  const titled = /(?:^|\s)(?:title|file|filename|path)=(?:"([^"]+)"|'([^']+)'|(\S+))/.exec(text);
  if (titled !== null) return titled[1] ?? titled[2] ?? titled[3] ?? null;
  const [first = '', second] = text.split(/\s+/);
  const candidate = second ?? first.slice(first.lastIndexOf(':') + 1);
  return hasShape(candidate) && !candidate.startsWith('.') ? candidate : null;
}

/**
 * The name for what begins at index `at`: on the line above it, or above the blank line above it.
 */
export function nameAbove(line: (at: number) => string | undefined, at: number): NameLine {
  const above = line(at - 1);
  if (above === undefined) return NONE;
  if (above.trim() !== '') return nameOn(above);
  return nameOn(line(at - 2) ?? '');
}

/** The same across up to two fence lines, which may name the file themselves. */
export function nameAcrossFences(line: (at: number) => string | undefined, at: number): NameLine {
  let top = at;
  for (let crossed = 0; crossed < 2; crossed++) {
    const text = line(top - 1) ?? '';
    if (!isFenceLine(text)) break;
    const own = nameInInfo(fenceOpening(text)?.info ?? '');
    if (own !== null) return { kind: 'name', name: own };
    top--;
  }
  return nameAbove(line, top);
}

/** What a line says that stands between two blocks. */
export interface Between {
  readonly name: string;
  /** Index of the line. */
  readonly at: number;
  /** The line holds the name and nothing else. */
  readonly alone: boolean;
}

/** All that looks like a file on the lines from `from` up to, without, `to`. */
export function namesBetween(
  line: (at: number) => string | undefined,
  { from, to }: { readonly from: number; readonly to: number },
): Between[] {
  const found: Between[] = [];
  for (let at = from; at < to; at++) {
    const text = line(at) ?? '';
    const own = nameInInfo(fenceOpening(text)?.info ?? '');
    const said = own === null ? nameOn(text) : ({ kind: 'name', name: own } as const);
    if (said.kind === 'name') found.push({ name: said.name, at, alone: true });
    if (said.kind === 'unclear') found.push(...said.mentions.map((name) => ({ name, at, alone: false })));
  }
  return found;
}
