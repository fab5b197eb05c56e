/** A piece of a shell script, as far as telling its commands apart needs it. */
export type ShellToken =
  | ShellWord
  | { readonly kind: 'redirect'; readonly operator: string }
  /** `;`, `&`, `|`, `&&`, `||`, `;;`, a line break, `(` or `)`. */
  | { readonly kind: 'operator'; readonly operator: string };

export interface ShellWord {
  readonly kind: 'word';
  /** Quotes and backslashes removed; expansions as written. */
  readonly text: string;
  /** A quoted word is never a keyword. */
  readonly quoted: boolean;
  /** A variable can be unset, which ends a script under `set -u`; a command substitution in an argument cannot. */
  readonly expands: 'nothing' | 'a variable' | 'a command';
}

const OPERATORS = ['&&', '||', ';;', '|&', ';', '&', '|', '(', ')', '\n'];
const REDIRECTS = ['<<<', '&>>', '&>', '>>', '>&', '>|', '<&', '<>', '>', '<'];
const WORD_ENDS = ' \t\n;&|()<>';

/**
 * Splits a script into words, operators and redirections after the token rules of POSIX (Shell Command Language, 2.3).
 * Null for what it does not follow: here-documents and quotes without an end. Linear in the script's length.
 */
export function shellTokens(script: string): readonly ShellToken[] | null {
  const tokens: ShellToken[] = [];
  let at = 0;
  while (at < script.length) {
    const skipped = blankEnd(script, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    const token = readOperator(script, at) ?? readWord(script, at);
    if (!token) return null;
    tokens.push(token.token);
    at = token.end;
  }
  return tokens;
}

interface Read<T> {
  readonly token: T;
  readonly end: number;
}

/** Where blanks, a joined line or a comment that begin at `at` end; `at` itself when there is none. */
function blankEnd(script: string, at: number): number {
  const character = script[at];
  if (character === ' ' || character === '\t') return at + 1;
  if (character === '\\' && script[at + 1] === '\n') return at + 2;
  if (character !== '#') return at;
  const lineEnd = script.indexOf('\n', at);
  return lineEnd < 0 ? script.length : lineEnd;
}

function readOperator(script: string, at: number): Read<ShellToken> | null {
  const redirectAt = skipDigits(script, at);
  const redirect = REDIRECTS.find((operator) => script.startsWith(operator, redirectAt));
  const isHereDocument = script.startsWith('<<', redirectAt) && redirect !== '<<<';
  if (redirect && !isHereDocument)
    return { token: { kind: 'redirect', operator: redirect }, end: redirectAt + redirect.length };
  const operator = OPERATORS.find((candidate) => script.startsWith(candidate, at));
  return operator ? { token: { kind: 'operator', operator }, end: at + operator.length } : null;
}

function skipDigits(script: string, at: number): number {
  let end = at;
  while (end < script.length && '0123456789'.includes(script[end] ?? '')) end += 1;
  return end;
}

function readWord(script: string, start: number): Read<ShellWord> | null {
  let at = start;
  let text = '';
  let quoted = false;
  let expands: ShellWord['expands'] = 'nothing';
  while (at < script.length && !WORD_ENDS.includes(script[at] ?? '')) {
    const piece = readPiece(script, at);
    if (!piece) return null;
    text += piece.text;
    quoted ||= piece.quoted;
    if (expands !== 'a variable') expands = piece.expands === 'nothing' ? expands : piece.expands;
    at = piece.end;
  }
  return at === start ? null : { token: { kind: 'word', text, quoted, expands }, end: at };
}

type Piece = Omit<ShellWord, 'kind'> & { readonly end: number };

/** One character, escape, quotation or expansion of a word; null when it has no end. */
function readPiece(script: string, at: number): Piece | null {
  switch (script[at]) {
    case '\\':
      return plain(script[at + 1] === '\n' ? '' : (script[at + 1] ?? ''), at + 2, true);
    case "'": {
      const end = script.indexOf("'", at + 1);
      return end < 0 ? null : plain(script.slice(at + 1, end), end + 1, true);
    }
    case '"':
      return readDoubleQuotes(script, at);
    case '$':
    case '`':
      return readExpansion(script, at);
    default:
      return plain(script[at] ?? '', at + 1, false);
  }
}

function plain(text: string, end: number, quoted: boolean): Piece {
  return { text, end, quoted, expands: 'nothing' };
}

function readDoubleQuotes(script: string, start: number): Piece | null {
  let at = start + 1;
  let text = '';
  let expands: ShellWord['expands'] = 'nothing';
  while (at < script.length && script[at] !== '"') {
    const isPlain = script[at] !== '$' && script[at] !== '`' && script[at] !== '\\';
    const piece = isPlain ? plain(script[at] ?? '', at + 1, true) : readPiece(script, at);
    if (!piece) return null;
    text += piece.text;
    if (expands !== 'a variable') expands = piece.expands === 'nothing' ? expands : piece.expands;
    at = piece.end;
  }
  return at < script.length ? { text, end: at + 1, quoted: true, expands } : null;
}

/** `$name`, `${...}`, `$(...)` or a pair of backquotes; a `$` before anything else is itself. */
function readExpansion(script: string, at: number): Piece | null {
  if (script[at] === '`') {
    const end = script.indexOf('`', at + 1);
    return end < 0 ? null : expansion(script, at, end + 1, 'a command');
  }
  const next = script[at + 1];
  if (next === '(' || next === '{') {
    const end = closingEnd(script, at + 1);
    return end === null ? null : expansion(script, at, end, next === '(' ? 'a command' : 'a variable');
  }
  const isName = next !== undefined && /[A-Za-z0-9_@*#?$!'-]/.test(next);
  return isName && next !== "'" ? expansion(script, at, at + 2, 'a variable') : plain('$', at + 1, false);
}

function expansion(script: string, at: number, end: number, expands: ShellWord['expands']): Piece {
  return { text: script.slice(at, end), end, quoted: false, expands };
}

const CLOSER: Readonly<Record<string, string>> = { '(': ')', '{': '}' };

/** The place after the bracket that closes the one at `open`; quotes and brackets inside are skipped. */
function closingEnd(script: string, open: number): number | null {
  const closers: string[] = [];
  let at = open;
  while (at < script.length) {
    const character = script[at] ?? '';
    if (character === closers.at(-1)) closers.pop();
    else if (CLOSER[character]) closers.push(CLOSER[character]);
    at = character === '\\' ? at + 2 : (quotationEnd(script, at) ?? at + 1);
    if (closers.length === 0) return at;
  }
  return null;
}

/** The place after the quotation that begins at `at`, or null when none does. Without an end it takes the rest. */
function quotationEnd(script: string, at: number): number | null {
  const quote = script[at];
  if (quote !== "'" && quote !== '"') return null;
  let end = at + 1;
  while (end < script.length && script[end] !== quote) end += quote === '"' && script[end] === '\\' ? 2 : 1;
  return Math.min(end + 1, script.length);
}
