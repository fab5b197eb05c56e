import { shown } from '../data/located.ts';
import { type Field, type Reading, textOf } from '../data/reading.ts';

/** Regular expressions that match whole files or anything: as literal text nobody means them. */
const ANYTHING: ReadonlySet<string> = new Set([
  ...['.*', '.+', '.*?', '.+?', '^.*$', '^.+$', '(.*)', '(.+)', '^', '$', '^$'],
  ...['[\\s\\S]*', '[\\s\\S]+', '[\\s\\S]*?', '[^]*', '[\\d\\D]*', '[\\w\\W]*', '^[\\s\\S]*$'],
  ...['(.|\\n)*', '(?:.|\\n)*', '(?s).*', '(?s:.*)', '\\A.*\\z', '\\A.*\\Z'],
]);

/** The text that a mutation replaces: literal, so that a pattern which can only be a regular expression is refused. */
export function literalPattern(field: Field, hint: string, reading: Reading): string | null {
  const text = textOf(field, { empty: 'not empty', hint }, reading);
  if (text === null || !ANYTHING.has(withoutSlashes(text.trim()))) return text;
  reading.fault('unsupported', field, {
    message: `Field ${field.at} is ${shown(text)}, a regular expression for any text. A pattern is literal text here, which stands in the file exactly once; expressions are never run.`,
    hint: 'To replace a whole file, give it as contents: {"path": …, "contents": …} under mutations. To change a part of it, copy that part from the file.',
  });
  return null;
}

/** `/.../flags`, as JavaScript writes an expression. */
function withoutSlashes(text: string): string {
  return /^\/(.+)\/[dgimsuvy]{0,8}$/.exec(text)?.[1] ?? text;
}
