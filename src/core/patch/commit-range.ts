/** Which commits of a clone are meant: the last few of where it stands, those that one has and another has not, or one. */
export type CommitRange =
  | { readonly kind: 'last'; readonly count: number }
  | { readonly kind: 'between'; readonly from: string; readonly to: string }
  | { readonly kind: 'one'; readonly commit: string };

export type ReadRange = CommitRange | { readonly kind: 'unreadable'; readonly problem: string };

/** Reads `-3`, `A..B`, `A..`, `..B` or the name of one commit. Anything else that begins with `-` would be an option of git. */
export function readCommitRange(text: string): ReadRange {
  const count = /^-([1-9]\d{0,5})$/.exec(text)?.[1];
  if (count !== undefined) return { kind: 'last', count: Number(count) };
  if (text.startsWith('-')) return unreadable(text, 'begins with "-" and is no number of commits');
  if (text === '' || /[\0\n]/.test(text)) return unreadable(text, 'names no commit');
  if (text.includes('...')) return unreadable(text, 'is a symmetric difference, which has no order');
  const at = text.indexOf('..');
  if (at < 0) return { kind: 'one', commit: text };
  const [from, to] = [text.slice(0, at), text.slice(at + 2)];
  if (to.includes('..')) return unreadable(text, 'has more than two ends');
  return { kind: 'between', from: from || 'HEAD', to: to || 'HEAD' };
}

function unreadable(text: string, what: string): ReadRange {
  return { kind: 'unreadable', problem: `${JSON.stringify(text)} ${what}; expected -3, A..B or one commit` };
}
