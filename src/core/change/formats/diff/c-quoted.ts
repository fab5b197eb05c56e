const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  '"': '"',
  '\\': '\\',
};

/**
 * Reads a name in git's C style, `"t\303\251.txt"`, from the quote at `start`: the bytes it stands for and the index
 * after the closing quote; null when the quoting is broken. Source: git's quote.c, unquote_c_style.
 */
export function unquote(text: string, start: number): { readonly name: string; readonly end: number } | null {
  if (text[start] !== '"') return null;
  const parts: string[] = [];
  let at = start + 1;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '"') return { name: parts.join(''), end: at + 1 };
    if (char !== '\\') {
      parts.push(char);
      at++;
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(text.slice(at + 1, at + 4))?.[0];
    const plain = ESCAPES[text.charAt(at + 1)];
    if (octal !== undefined) parts.push(String.fromCharCode(Number.parseInt(octal, 8)));
    else if (plain !== undefined) parts.push(plain);
    else return null;
    at += octal === undefined ? 2 : 4;
  }
  return null;
}
