/** What somebody typed after `/ghost`. */
export type Command =
  | { readonly kind: 'submit'; readonly workspace: string | null; readonly patch: string }
  | { readonly kind: 'submit-nothing' }
  | { readonly kind: 'status' }
  | { readonly kind: 'help' }
  | { readonly kind: 'unknown'; readonly word: string };

/** Reads the text of a slash command; an empty one asks for help. */
export function parseCommand(text: string): Command {
  const [, word = '', rest = ''] = /^\s*(\S*)([\s\S]*)$/.exec(text) ?? [];
  switch (word.toLowerCase()) {
    case 'submit':
      return parseSubmit(rest);
    case 'status':
      return { kind: 'status' };
    case '':
    case 'help':
      return { kind: 'help' };
    default:
      return { kind: 'unknown', word };
  }
}

/** A workspace, if one is named on the first line, then the patch on its own lines or in a fenced block. */
function parseSubmit(rest: string): Command {
  const [, workspace = '', patch = ''] = /^[^\S\n]*([^\s`]*)[^\S\n]*\n?([\s\S]*)$/.exec(rest) ?? [];
  const text = unescaped(unfenced(patch));
  if (text.trim() === '') return { kind: 'submit-nothing' };
  return { kind: 'submit', workspace: workspace === '' ? null : workspace, patch: endingInNewline(text) };
}

/** Without the three backquotes around it; a word right after them is a language, anything longer a first line. */
function unfenced(text: string): string {
  const fenced = /^\s*```(?:[a-z]+(?=\n))?\n?([\s\S]*?)\n?```\s*$/.exec(text);
  return fenced?.[1] ?? text;
}

/**
 * Slack escapes `&`, `<` and `>`, and whether it does depends on the client. A text that holds one of them bare was
 * not escaped and stays as it is.
 */
function unescaped(text: string): string {
  if (/[<>]|&(?!(?:amp|lt|gt);)/.test(text)) return text;
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Slack cuts white space at the end, the last line's end with it. */
function endingInNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
