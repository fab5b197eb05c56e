/** Longer names are the address once more, or no names. */
const MAX_NAME = 60;

/**
 * `A U Thor <author@example.com>` out of the value of a `From`; null where no address is in it. Comments and quoted
 * strings are resolved. Source of the rules: git's mailinfo, handle_from.
 */
export function bylineOf(value: string): string | null {
  const plain = unquoted(value);
  const at = plain.indexOf('@');
  if (at < 0) return null;
  let start = at;
  while (start > 0 && !/[\s<]/.test(plain.charAt(start - 1))) start--;
  const length = plain.slice(start).search(/[\s>]/);
  const end = length < 0 ? plain.length : start + length;
  const email = plain.slice(start, end);
  const opened = plain[start - 1] === '<' ? start - 1 : start;
  const rest = `${plain.slice(0, opened)} ${plain.slice(plain[end] === '>' ? end + 1 : end)}`;
  const name = withoutParentheses(rest.replace(/\s+/g, ' ').trim());
  const named = name !== '' && name.length <= MAX_NAME && !/[@<>]/.test(name);
  return `${named ? name : email} <${email}>`;
}

function withoutParentheses(name: string): string {
  return name.startsWith('(') && name.endsWith(')') ? name.slice(1, -1) : name;
}

/** Takes the quotes of quoted strings away, and the backslashes in them and in comments. RFC 5322, 3.2.1. */
function unquoted(value: string): string {
  let result = '';
  let quoted = false;
  let comments = 0;
  for (let at = 0; at < value.length; at++) {
    const char = value.charAt(at);
    if (char === '\\' && (quoted || comments > 0)) {
      at++;
      result += value.charAt(at);
      continue;
    }
    if (char === '"' && comments === 0) {
      quoted = !quoted;
      continue;
    }
    if (char === '(' && !quoted) comments++;
    if (char === ')' && !quoted) comments = Math.max(0, comments - 1);
    result += char;
  }
  return result;
}
