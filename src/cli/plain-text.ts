// C0 but tab and newline, DEL, C1, and the marks that reorder text (Trojan Source, CVE-2021-42574).
const OBEYED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** What a patch or a check said, with everything that a terminal would obey shown by its number instead. */
export function plainText(text: string): string {
  return text.replace(OBEYED, (character) => {
    const code = character.charCodeAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`;
  });
}

/** The same on one line. */
export function plainLine(text: string): string {
  return plainText(text.replaceAll('\r\n', '\n')).replaceAll('\n', ' ').replaceAll('\t', ' ');
}

/** A value as JSON on one line: the same document, in which such characters are escapes. JSON itself escapes C0 only. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value).replace(
    OBEYED,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
