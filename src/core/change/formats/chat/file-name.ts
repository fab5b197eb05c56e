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
  if (text === '' || text.length > MAX_NAME_LINE || text === '...' || isFenceLine(line)) return NONE;
  const { name, quoted, decorated } = undecorated(text);
  if (/\s/.test(name))
    return quoted && !name.includes('`') && hasShape(name) ? { kind: 'name', name } : sentence(name);
  if (name === '' || name.includes('://') || name.includes('`')) return NONE;
  if (quoted || hasShape(name) || WELL_KNOWN.has(name)) return { kind: 'name', name };
  return name.includes('/') && !decorated && !name.endsWith('/') ? { kind: 'name', name } : NONE;
}

/** A sentence that mentions what looks like a file is told apart from one that does not: its file may have been meant. */
function sentence(text: string): NameLine {
  const words = text.split(/\s+/).map((word) => word.replace(/^[`*"'(]+/, '').replace(/[`*"'):,.;!?]+$/, ''));
  const mentions = words.filter(hasShape);
  return mentions.length > 0 ? { kind: 'unclear', mentions } : NONE;
}

interface Undecorated {
  readonly name: string;
  /** In backticks, or bold. */
  readonly quoted: boolean;
  readonly decorated: boolean;
}

function undecorated(text: string): Undecorated {
  let name = text.replace(/^#{1,6}\s*/, '').replace(LABEL, '');
  let quoted = false;
  for (;;) {
    const bare = unwrapped(name);
    if (bare === null) break;
    quoted ||= name.startsWith('`');
    name = bare;
  }
  return { name, quoted, decorated: name !== text };
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
