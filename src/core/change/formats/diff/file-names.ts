import { malformed } from '../../fault-of.ts';
import { unquote } from './c-quoted.ts';

/** A name from a `--- ` or `+++ ` line. `name` is null for /dev/null; `stamp` is what follows the name. */
export interface GivenName {
  readonly name: string | null;
  readonly stamp: string;
  /** Line of the patch, from 1. */
  readonly line: number;
}

/** `2024-05-01 10:00:00.000000000 +0200` at the end of a header. */
const STAMP = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?(?: [+-]\d\d:?\d\d)?$/;
/** Longest text that STAMP can match. */
const STAMP_LENGTH = 36;

/**
 * Reads what follows `--- ` or `+++ `: C-quoted, or plain with a stamp behind it. A time ends the name even where blanks
 * stand for the tab, and then a tab before it is part of the name; anything else begins at the first tab. Source of the
 * rule: git's apply.c, find_name_traditional. @throws Faulty malformed
 */
export function givenName(text: string, line: number): GivenName {
  if (text.startsWith('"')) {
    const read = unquote(text, 0);
    if (read === null || !/^(?:\s|$)/.test(text.slice(read.end)))
      throw malformed(
        line,
        `Line ${line} has a badly quoted name.`,
        'Close the quote and write bytes as \\ooo.',
      );
    return { name: read.name, stamp: text.slice(read.end).trim(), line };
  }
  const stamp = STAMP.exec(text.slice(-STAMP_LENGTH))?.[0] ?? '';
  const before = text.slice(0, text.length - stamp.length);
  if (stamp !== '' && before.endsWith('\t')) return named(before.slice(0, -1), stamp, line);
  if (stamp !== '' && before.endsWith(' ')) return named(withoutBlanks(before), stamp, line);
  const tab = text.indexOf('\t');
  if (tab < 0) return named(text, '', line);
  return named(text.slice(0, tab), text.slice(tab + 1).trim(), line);
}

function withoutBlanks(text: string): string {
  let end = text.length;
  while (text[end - 1] === ' ') end--;
  return text.slice(0, end);
}

function named(name: string, stamp: string, line: number): GivenName {
  return { name: name === '/dev/null' ? null : name, stamp, line };
}

export interface NamePair {
  readonly old: string;
  readonly new: string;
}

/**
 * Takes the prefixes off two names of one file. `a/` and `b/` go, as with `git apply -p1`; so does any first segment in
 * which the two differ while the rest is the same (`old/x new/x`, `i/x w/x`). Other names stay whole: git would cut
 * `src/x src/x` to `x`, which is never what the author of such a diff meant.
 */
export function withoutPrefixes(pair: NamePair): NamePair {
  const stripped = { old: withoutFirst(pair.old), new: withoutFirst(pair.new) };
  if (hasGitPrefix(pair.old) && hasGitPrefix(pair.new)) return stripped;
  const differOnlyThere = pair.old !== pair.new && stripped.old === stripped.new && stripped.old !== pair.old;
  return differOnlyThere ? stripped : pair;
}

/** The same for a name without a counterpart. */
export function withoutPrefix(name: string): string {
  return hasGitPrefix(name) ? withoutFirst(name) : name;
}

export function withoutFirst(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

function hasGitPrefix(name: string): boolean {
  return name.startsWith('a/') || name.startsWith('b/');
}

/**
 * The name both headers of a plain diff mean; null when they mean two files. Where one is the other with something tacked
 * on (`x.c.orig`, `x.c~`, `x.c+`), the shorter one is meant: git's rule in find_name_traditional.
 */
export function meantName(pair: NamePair): string | null {
  const bare = withoutPrefixes(pair);
  if (bare.old === bare.new) return bare.new;
  const [short, long] = bare.old.length < bare.new.length ? [bare.old, bare.new] : [bare.new, bare.old];
  const extra = long.slice(short.length);
  const tacked = extra === '~' || extra === '+' || extra.startsWith('.');
  return long.startsWith(short) && !extra.includes('/') && tacked ? short : null;
}

/**
 * The one name in what follows `diff --git `, prefixes taken off; null when it holds two different names, or several
 * readings of names with spaces. Source of the rule: git's apply.c, git_header_name.
 */
export function gitHeaderName(rest: string): string | null {
  if (rest.startsWith('"')) {
    const first = unquote(rest, 0);
    if (first === null || rest[first.end] !== ' ') return null;
    return agreed(first.name, rest.slice(first.end + 1));
  }
  const quote = rest.indexOf(' "');
  if (quote >= 0) return agreed(rest.slice(0, quote), rest.slice(quote + 1));
  const middle = (rest.length - 1) / 2;
  const even = rest[middle] === ' ' ? agreed(rest.slice(0, middle), rest.slice(middle + 1)) : null;
  return even ?? unevenName(rest);
}

function agreed(old: string, second: string): string | null {
  const quotedSecond = second.startsWith('"') ? unquote(second, 0) : null;
  const bare = withoutPrefixes({ old, new: quotedSecond?.name ?? second });
  return bare.old === bare.new ? bare.old : null;
}

/** Prefixes of different lengths, `before/x after/x`. Compares only where the lengths fit, so it stays linear in practice. */
function unevenName(rest: string): string | null {
  const found = new Set<string>();
  const firstSlash = rest.indexOf('/');
  let slash = -1;
  for (let at = rest.length - 1; at > firstSlash; at--) {
    if (rest[at] === '/') slash = at;
    if (rest[at] !== ' ' || at - firstSlash !== rest.length - slash) continue;
    const name = agreed(rest.slice(0, at), rest.slice(at + 1));
    if (name !== null) found.add(name);
  }
  const [only, second] = found;
  return second === undefined ? (only ?? null) : null;
}
