/** Longer lines are code or prose of their own. */
const MAX_LENGTH = 120;

const OPENING = /^(?:\/\/|\/\*|#|--|<!--|\{\/\*|;|%|\*)\s{0,4}/;
const CLOSING = /\s{0,4}(?:\*\/\}?|-->)$/;
const DOTS = /^(?:\.{3}|\xe2\x80\xa6)|(?:\.{3}|\xe2\x80\xa6)$/;
const LEFT_OUT =
  /\b(?:rest|existing|remaining|unchanged|previous|same as before|as before|other (?:code|methods|functions|imports)|your code)\b/i;
const PLAIN =
  /^(?:the )?(?:(?:rest of|remaining|existing|previous|unchanged)(?: the| your| of the)?(?: [\w.-]{1,30}){0,2} (?:code|file|content|contents|class|function|functions|method|methods|implementation|imports|logic)|existing code)(?: (?:here|unchanged|remains|remains unchanged|stays the same|as before|continues|goes here|follows))?\.?$/i;

/**
 * Whether a line of a file told whole stands for others that its author left out: `// ... existing code ...`,
 * `# rest of the file unchanged`. A bare `...` is not one: Python has it as a statement.
 */
export function isPlaceholder(line: string): boolean {
  const text = line.trim();
  if (text.length > MAX_LENGTH) return false;
  const said = text
    .replace(OPENING, '')
    .replace(CLOSING, '')
    .replace(/^[([]|[)\]]$/g, '')
    .trim();
  if (DOTS.test(said)) return LEFT_OUT.test(said);
  return said !== text && PLAIN.test(said);
}
