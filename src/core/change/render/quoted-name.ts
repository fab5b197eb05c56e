const ESCAPED: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '"': '\\"',
  '\\': '\\\\',
};

/** A name (bytes as latin1) as a diff header has it: quoted in git's C style where it must be. Source: git's quote.c. */
export function quotedName(name: string): string {
  const body = Array.from(name, (char) => ESCAPED[char] ?? (isPlain(char) ? char : octal(char))).join('');
  return body === name ? name : `"${body}"`;
}

function isPlain(char: string): boolean {
  return char >= ' ' && char < '\x7f';
}

function octal(char: string): string {
  return `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`;
}
