import { legible } from '../../change/bytes.ts';
import type { AddedLine } from '../inspect/added-lines.ts';
import { type Allowance, SECRET_RULES, type SecretRule } from './rules.ts';

/** Text that is new, and where its lines stand. */
export interface NewText {
  /** Of the file, Unicode. */
  readonly path: string;
  readonly lines: readonly AddedLine[];
}

export interface FoundSecret {
  readonly rule: string;
  readonly description: string;
  readonly line: number;
  /** All that may be shown of it. */
  readonly shown: string;
  /** Position of the secret in the text of its line; null where it begins on another one. */
  readonly at: { readonly from: number; readonly to: number } | null;
}

export interface ScanRules {
  /** Ids of rules that are left out. */
  readonly without: ReadonlySet<string>;
  /** Comments by which a line says of itself that it holds none; none where nobody may say so. */
  readonly comments: readonly string[];
}

/*
 * A pattern is tried at every character, and costs what it reads from there: in a window of bounded length the work is
 * bounded too, however long a line is. Windows overlap, so that what stands at a border is whole in one of them.
 */
const WINDOW = 32_768;
const OVERLAP = 8_192;

/** Whether a file of this name is looked into at all. */
export function isScanned(path: string): boolean {
  return !SECRET_RULES.allow.paths.some((allowed) => allowed.test(path));
}

/** Rules about names of files. */
export function* secretFiles(path: string): Generator<SecretRule> {
  for (const rule of SECRET_RULES.rules) {
    if (rule.pattern === null && rule.path?.test(path)) yield rule;
  }
}

/** Secrets in new text, each once a line and rule. Yields between windows. */
export function* secretsIn(text: NewText, rules: ScanRules): Generator<undefined, readonly FoundSecret[]> {
  const joined = joinedLines(text.lines);
  const found = new Map<string, FoundSecret>();
  for (let from = 0; from < joined.text.length; ) {
    const to = windowEnd(joined.text, from);
    for (const secret of inWindow(joined, { from, to }, { path: text.path, rules })) {
      const key = `${secret.line} ${secret.rule}`;
      if (!found.has(key)) found.set(key, secret);
    }
    yield;
    from = to === joined.text.length ? to : Math.max(from + 1, to - OVERLAP);
  }
  return withoutEchoes([...found.values()]);
}

interface Joined {
  readonly text: string;
  readonly lines: readonly { readonly line: number; readonly from: number; readonly text: string }[];
}

/** Between lines that do not follow each other stands what no rule takes for white space. */
function joinedLines(lines: readonly AddedLine[]): Joined {
  const parts: string[] = [];
  const placed: Joined['lines'][number][] = [];
  let from = 0;
  let last: number | null = null;
  for (const { line, text: bytes } of lines) {
    const text = legible(bytes);
    const gap = last === null ? '' : line === last + 1 ? '\n' : '\n\0\n';
    from += gap.length;
    placed.push({ line, from, text });
    parts.push(gap, text);
    from += text.length;
    last = line;
  }
  return { text: parts.join(''), lines: placed };
}

/** At a line end, where one is near: a secret that is cut could be taken for one of another kind. */
function windowEnd(text: string, from: number): number {
  if (text.length - from <= WINDOW) return text.length;
  const end = text.lastIndexOf('\n', from + WINDOW);
  return end > from + WINDOW - OVERLAP ? end : from + WINDOW;
}

interface Span {
  readonly from: number;
  readonly to: number;
}

function inWindow(
  joined: Joined,
  span: Span,
  { path, rules }: { readonly path: string; readonly rules: ScanRules },
): FoundSecret[] {
  const text = joined.text.slice(span.from, span.to);
  const lower = text.toLowerCase();
  return SECRET_RULES.rules
    .filter((rule) => isAsked(rule, { path, lower }) && !rules.without.has(rule.id))
    .flatMap((rule) => matchesOf(rule, text).map((match) => ({ rule, match })))
    .flatMap(({ rule, match }) => {
      const secret = secretOf(rule, match);
      const line = lineAt(joined, span.from + match.index);
      if (entropyOf(secret) <= rule.entropy && rule.entropy > 0) return [];
      const seen = { secret, match: match[0], line: line.text, path };
      if ([SECRET_RULES.allow, ...rule.allow].some((allow) => isAllowed(allow, seen))) return [];
      if (rules.comments.some((comment) => line.text.includes(comment))) return [];
      return [
        { rule: rule.id, description: rule.description, line: line.line, ...shownOf(line.text, secret) },
      ];
    });
}

function isAsked(
  rule: SecretRule,
  { path, lower }: { readonly path: string; readonly lower: string },
): boolean {
  if (rule.pattern === null || (rule.path !== null && !rule.path.test(path))) return false;
  return rule.keywords.length === 0 || rule.keywords.some((keyword) => lower.includes(keyword));
}

function matchesOf({ pattern }: SecretRule, text: string): RegExpExecArray[] {
  return pattern === null ? [] : [...text.matchAll(pattern)];
}

function secretOf({ group }: SecretRule, match: RegExpExecArray): string {
  const groups = match.slice(1).filter((one) => one !== undefined && one !== '');
  return (group > 0 ? match[group] : groups[0]) ?? match[0];
}

/** Two characters at most, and none of one so short that they would tell it. */
function shownOf(line: string, secret: string): Pick<FoundSecret, 'shown' | 'at'> {
  const from = line.indexOf(secret);
  const shown =
    secret.length < 8 ? '…' : `${[...secret.slice(0, 2)].filter((char) => char >= ' ').join('')}…`;
  return { shown, at: from < 0 ? null : { from, to: from + secret.length } };
}

/** The last line that begins at or before a position. */
function lineAt({ lines }: Joined, at: number): Joined['lines'][number] {
  let [low, high] = [0, lines.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lines[middle]?.from ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  const found = lines[low];
  if (found === undefined) throw new TypeError('a match stands in a line');
  return found;
}

interface Seen {
  readonly secret: string;
  readonly match: string;
  readonly line: string;
  readonly path: string;
}

function isAllowed(allow: Allowance, seen: Seen): boolean {
  const { paths, patterns, stopwords } = allow;
  const secret = seen.secret.toLowerCase();
  const byPattern = patterns.some((pattern) => pattern.test(seen[allow.target]));
  const byWord = stopwords.some((word) => secret.includes(word));
  const byPath = paths.some((path) => path.test(seen.path));
  if (allow.needs === 'any') return byPattern || byWord || byPath;
  return (
    (paths.length === 0 || byPath) &&
    (patterns.length === 0 || byPattern) &&
    (stopwords.length === 0 || byWord)
  );
}

/** Shannon entropy in bits per character. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let entropy = 0;
  for (const count of counts.values()) entropy -= (count / text.length) * Math.log2(count / text.length);
  return entropy;
}

/** What a rule for a certain service has named is not told by the rule for all of them again. */
function withoutEchoes(found: readonly FoundSecret[]): readonly FoundSecret[] {
  const named = new Set(found.filter(({ rule }) => !isGeneric(rule)).map(({ line }) => line));
  return found.filter(({ rule, line }) => !isGeneric(rule) || !named.has(line));
}

function isGeneric(rule: string): boolean {
  return rule.includes('generic');
}
