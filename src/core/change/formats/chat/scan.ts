import { type PatchLine, patchLines } from '../patch-lines.ts';
import { closesFence, type FenceOpening, fenceOpening, withoutIndent } from './fence.ts';
import { type NameLine, nameAbove, nameInInfo } from './file-name.ts';
import { type Heredoc, heredocOpening } from './heredoc.ts';
import { END_PATCH, isPrefixed, isReplace, isSearch, isSentinel, type Marked, markOf } from './marks.ts';

/** A stretch of chat text that something encloses. All lines are indexes. */
export interface Enclosure {
  readonly kind: 'fence' | 'heredoc';
  readonly open: number;
  /** The closing line; null when the text ends first. */
  close: number | null;
  readonly info: string;
  /** What the line above, or the fence itself, says of the file. */
  readonly name: NameLine;
  /** A line inside that would open another fence of this kind, so that the next closing line may close either. */
  nested: number | null;
  /** The fence around a heredoc. */
  readonly within: Enclosure | null;
}

/** Where a form begins. */
interface Mark {
  readonly form: Marked;
  readonly at: number;
  /** The last line that surely belongs to it. */
  last: number;
  readonly inside: Enclosure | null;
}

export interface Scan {
  /** The text line by line; those in an indented fence without its indent. */
  readonly lines: readonly PatchLine[];
  readonly enclosures: readonly Enclosure[];
  readonly marks: readonly Mark[];
}

/**
 * Finds the fences and the marks of forms in a text, each line looked at once from top to bottom. The content of a
 * search/replace block, and of a fence that names a file and begins with none of the forms, is nobody's mark.
 */
export function scanChat(text: string): Scan {
  return scan(text, markOf);
}

/** Finds the fences alone, whatever they hold. */
export function scanFences(text: string): Scan {
  return scan(text, () => null);
}

type MarkAt = typeof markOf;

interface State {
  readonly lines: PatchLine[];
  readonly enclosures: Enclosure[];
  readonly marks: Mark[];
  readonly markAt: MarkAt;
  fence: { readonly opening: FenceOpening; readonly enclosure: Enclosure; readonly opaque: boolean } | null;
  heredoc: { readonly opening: Heredoc; readonly enclosure: Enclosure } | null;
  /** The form whose prefixed lines are being passed. */
  passing: Marked | null;
}

function scan(text: string, markAt: MarkAt): Scan {
  const state: State = {
    ...{ lines: patchLines(text), enclosures: [], marks: [], markAt },
    ...{ fence: null, heredoc: null, passing: null },
  };
  for (let at = 0; at < state.lines.length; ) at = step(state, at);
  const { lines, enclosures, marks } = state;
  return { lines, enclosures, marks };
}

/** Takes one line, or a whole search/replace block, and returns the index after it. */
function step(state: State, at: number): number {
  const text = unindented(state, at);
  if (closed(state, at, text)) return at + 1;
  if (state.passing !== null && isPrefixed(text, state.passing)) {
    const mark = state.marks.at(-1);
    if (mark !== undefined && text.trim() !== '') mark.last = at;
    if (isSentinel(text, END_PATCH)) state.passing = null;
    return at + 1;
  }
  state.passing = null;
  const form = state.markAt(text, (ahead) => peek(state, at + ahead));
  if (form !== null && !(state.fence?.opaque && form !== 'search-replace')) return marked(state, at, form);
  opened(state, at, text);
  return at + 1;
}

function unindented(state: State, at: number): string {
  const text = peek(state, at);
  const line = state.lines[at];
  if (line !== undefined && line.text !== text) state.lines[at] = { ...line, text };
  return text;
}

function peek(state: State, at: number): string {
  return withoutIndent(state.lines[at]?.text ?? '', state.fence?.opening.indent ?? 0);
}

function closed(state: State, at: number, text: string): boolean {
  const { fence, heredoc } = state;
  if (heredoc?.opening.closes(text)) {
    heredoc.enclosure.close = at;
    state.heredoc = null;
  } else if (fence !== null && closesFence(fence.opening, text)) {
    fence.enclosure.close = at;
    state.fence = null;
    state.heredoc = null;
  } else return false;
  state.passing = null;
  return true;
}

function marked(state: State, at: number, form: Marked): number {
  const inside = state.heredoc?.enclosure ?? state.fence?.enclosure ?? null;
  const mark = { form, at, last: at, inside };
  state.marks.push(mark);
  if (form !== 'search-replace') {
    state.passing = form;
    return at + 1;
  }
  let end = at + 1;
  while (end < state.lines.length && !isReplace(peek(state, end)) && !isSearch(peek(state, end))) end++;
  const last = isReplace(peek(state, end)) ? end : end - 1;
  for (let line = at + 1; line <= last; line++) unindented(state, line);
  mark.last = last;
  return last + 1;
}

function opened(state: State, at: number, text: string): void {
  const heredoc = heredocOpening(text, peek(state, at + 1));
  if (heredoc !== null && state.heredoc === null && beginsForm(state, at + 1)) {
    const within = state.fence?.enclosure ?? null;
    const enclosure = enclosed('heredoc', at, { info: '', name: { kind: 'none' }, within });
    state.enclosures.push(enclosure);
    state.heredoc = { opening: heredoc, enclosure };
    return;
  }
  const opening = fenceOpening(text);
  if (opening === null) return;
  if (state.fence !== null && !isForgotten(state.fence.enclosure, opening, state)) {
    const { opening: outer, enclosure } = state.fence;
    if (opening.sign === outer.sign && opening.length >= outer.length) enclosure.nested ??= at;
    return;
  }
  const own = nameInInfo(opening.info);
  const name: NameLine =
    own === null ? nameAbove((index) => state.lines[index]?.text, at) : { kind: 'name', name: own };
  const enclosure = enclosed('fence', at, { info: opening.info, name, within: null });
  state.enclosures.push(enclosure);
  state.fence = { opening, enclosure, opaque: false };
  const isFile = name.kind === 'name' && !isTaggedDiff(enclosure) && !beginsForm(state, at + 1);
  if (isFile) state.fence = { opening, enclosure, opaque: true };
}

/** A fence is not closed where another one opens below the form that it held: its author forgot to. */
function isForgotten(fence: Enclosure, opening: FenceOpening, { marks }: State): boolean {
  return opening.info !== '' && marks.at(-1)?.inside === fence;
}

function enclosed(
  kind: Enclosure['kind'],
  open: number,
  about: Pick<Enclosure, 'info' | 'name' | 'within'>,
): Enclosure {
  return { kind, open, close: null, ...about, nested: null };
}

/** A fence that says of itself that it holds a diff, where that is not what a file of this name holds anyway. */
export function isTaggedDiff({ kind, info, name }: Enclosure): boolean {
  const tagged = kind === 'fence' && /^(?:u?diff|patch)\b/i.test(info);
  return tagged && !(name.kind === 'name' && /\.(?:diff|patch)$/i.test(name.name.slice(-6)));
}

/** Whether the first line at or after `at` that is not blank begins a form, as seen from within the current fence. */
function beginsForm(state: State, at: number): boolean {
  let first = at;
  while (first < state.lines.length && peek(state, first).trim() === '') first++;
  return (
    state.markAt(peek(state, first), (ahead) => peek(state, first + ahead)) !== null ||
    isSearch(peek(state, first + 1))
  );
}
