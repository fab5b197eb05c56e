/** How a fenced block of a chat text opens: ```` ```ts ````, `~~~`, indented or not. Source: CommonMark 0.31, 4.5. */
export interface FenceOpening {
  /** White space before the signs; as much of it goes from each line inside. */
  readonly indent: number;
  readonly sign: '`' | '~';
  readonly length: number;
  /** What follows the signs: a language, a file name, nothing. */
  readonly info: string;
}

const OPENING = /^([ \t]{0,16})(`{3,200}|~{3,200})(.{0,500})$/;

/** Reads a line as the opening of a fence; null when it is none. */
export function fenceOpening(text: string): FenceOpening | null {
  const match = OPENING.exec(text);
  if (match === null) return null;
  const [, indent = '', signs = '', rest = ''] = match;
  const sign = signs.startsWith('~') ? '~' : '`';
  // A backtick after the signs makes it code within a sentence.
  if (sign === '`' && rest.includes('`')) return null;
  return { indent: indent.length, sign, length: signs.length, info: rest.trim() };
}

/** Whether a line, already without the fence's indent, closes it. Deeper ones are content: a diff has ` ``` ` as context. */
export function closesFence(opening: FenceOpening, text: string): boolean {
  const line = text.trimEnd();
  return line.length >= opening.length && line === opening.sign.repeat(line.length);
}

/** A line without as much of its white space as the fence around it has. */
export function withoutIndent(text: string, indent: number): string {
  let cut = 0;
  while (cut < indent && (text[cut] === ' ' || text[cut] === '\t')) cut++;
  return text.slice(cut);
}

/** Tags that aider has models write in place of a fence. */
const TAGS = /^<\/?(?:source|code|pre|codeblock|sourcecode)>/;

/** Whether a line belongs to a fence rather than to its content. */
export function isFenceLine(text: string): boolean {
  return fenceOpening(text) !== null || TAGS.test(text.trimStart());
}
