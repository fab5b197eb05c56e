/** `...` or `…` (as UTF-8 bytes), by itself or as all that a comment says. */
const ELISION =
  /^(?:\/\/|#|--|;|%|\/\*|<!--|\{\/\*)?[ \t]{0,8}(?:\.\.\.|\xe2\x80\xa6)[ \t]{0,8}(?:\*\/|-->|\*\/\})?$/;

/** Whether a line, looked at alone, may stand for lines that its author left out. */
export function isElision(line: string): boolean {
  return line.length < 400 && ELISION.test(line.trim());
}
