/**
 * Control characters, line separators, and what Unicode has as Default_Ignorable_Code_Point: direction controls
 * (CVE-2021-42574), zero-width characters, soft hyphens, fillers, tags. None of them shows. Left out are the variation
 * selectors 15 and 16, which choose how an emoji looks.
 */
const HIDDEN = /(?![\ufe0e\ufe0f])[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const ALL_HIDDEN = new RegExp(HIDDEN, 'gu');

/** The first character of a text (Unicode) that nobody would see, as `U+202E`; null when there is none. */
export function firstHidden(text: string): string | null {
  const found = HIDDEN.exec(text)?.[0];
  return found === undefined ? null : codePoint(found);
}

/** The same text with every such character written as `\u{202e}`. */
export function withEscapes(text: string): string {
  return text.replace(ALL_HIDDEN, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** `U+202E` of a text's first character. */
export function codePoint(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
