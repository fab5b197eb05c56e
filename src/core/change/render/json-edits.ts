import type { FileMode } from '../../git.ts';
import type { Json } from '../../json.ts';
import { bytesOf, legible, utf8 } from '../bytes.ts';
import type { Copy, Creation, Edit, Hunk, Insertion, Modification, Writing } from '../change.ts';
import { sideBytes } from '../hunk-sides.ts';
import { chunk, whyUnchunkable } from './chunk.ts';
import { type RenderedEdit, told, untold } from './rendered.ts';

type Members = { readonly [key: string]: Json };

/** All edits as one JSON document. */
export function jsonDocument(edits: readonly string[], title: string | null): string {
  const head = title === null ? '' : `  "title": ${utf8(JSON.stringify(title))},\n`;
  return `{\n${head}  "edits": [\n${edits.map((edit) => `    ${edit}`).join(',\n')}\n  ]\n}\n`;
}

/** One edit as one or more members of `edits`, of which each stands on its own line. */
export function jsonEditsOf(edit: Edit): RenderedEdit {
  const path = text(edit.path);
  if (path === null) return untold('a name that is no UTF-8');
  switch (edit.kind) {
    case 'create':
      return edit.mode === '120000' ? symlink(path, edit) : created(path, edit);
    case 'write':
      return edit.mode === '120000' ? symlink(path, edit) : written(path, edit);
    case 'delete': {
      const lost = edit.content === null ? [] : [`what ${path} must hold when it is deleted`];
      return told(member({ kind: 'delete', path }), lost);
    }
    case 'replace':
      return textual({ kind: 'replace', path }, { old: edit.pattern, new: edit.replacement });
    case 'insert':
      return inserted(path, edit);
    case 'modify':
    case 'copy':
      return rewritten(path, edit);
  }
}

/** Bytes as Unicode text; null when they are no UTF-8 and would not come back. */
function text(bytes: string): string | null {
  const unicode = legible(bytes);
  return utf8(unicode) === bytes ? unicode : null;
}

/** JSON text in UTF-8, on one line. */
function member(members: Members): string {
  return utf8(JSON.stringify(members));
}

function textual(members: Members, texts: Readonly<Record<string, string>>): RenderedEdit {
  const all: Record<string, Json> = { ...members };
  for (const [name, bytes] of Object.entries(texts)) {
    const unicode = text(bytes);
    if (unicode === null) return untold('text that is no UTF-8');
    all[name] = unicode;
  }
  return told(member(all));
}

function contentOf(content: string): Members {
  const unicode = text(content);
  return unicode === null
    ? { contentBase64: Buffer.from(bytesOf(content)).toString('base64') }
    : { content: unicode };
}

function created(path: string, { mode, content }: Creation): RenderedEdit {
  return told(member({ kind: 'create', path, ...modeOf(mode), ...contentOf(content) }));
}

function written(path: string, { mode, content, lineEnds }: Writing): RenderedEdit {
  const modes = mode === null ? {} : { mode };
  const ends = lineEnds === 'file' ? { lineEnds } : {};
  return told(member({ kind: 'write', path, ...modes, ...ends, ...contentOf(content) }));
}

function modeOf(mode: FileMode): Members {
  return mode === '100644' ? {} : { mode };
}

function symlink(path: string, { kind, content }: Creation | Writing): RenderedEdit {
  const one = textual({ kind: 'symlink', path }, { target: content });
  return one.kind === 'text' && kind === 'create' ? told(one.text, [`that nothing stands at ${path}`]) : one;
}

function inserted(path: string, { where, anchor, text: lines }: Insertion): RenderedEdit {
  const at = where === 'start' || where === 'end';
  const rest: Members = at ? { at: where } : {};
  return textual({ kind: 'insert', path, ...rest }, at ? { text: lines } : { [where]: anchor, text: lines });
}

/** A name, a mode and lines are three edits here, one after the other. */
function rewritten(path: string, edit: Modification | Copy): RenderedEdit {
  const parts = [...placeOf(path, edit), ...modeEdit(path, edit), contentEdit(path, edit)];
  const whys = parts.flatMap((part) => (part.kind === 'inexpressible' ? [part.why] : []));
  const [why] = whys;
  if (why !== undefined) return untold(why);
  const texts = parts.flatMap((part) => (part.kind === 'text' && part.text !== '' ? [part] : []));
  return told(
    texts.map((part) => part.text).join(',\n    '),
    texts.flatMap((part) => part.lost),
  );
}

function placeOf(path: string, { kind, from }: Modification | Copy): RenderedEdit[] {
  if (from === null) return [];
  return [textual({ kind: kind === 'copy' ? 'copy' : 'move', path }, { from })];
}

function modeEdit(path: string, edit: Modification | Copy): RenderedEdit[] {
  if (edit.newMode === null) return [];
  if (edit.newMode === '120000') return [untold('a file that becomes a symbolic link')];
  const lost = edit.kind === 'modify' && edit.oldMode !== null ? [`which mode ${path} had`] : [];
  return [told(member({ kind: 'mode', path, mode: edit.newMode }), lost)];
}

function contentEdit(path: string, edit: Modification | Copy): RenderedEdit {
  const { hunks, binary } = edit;
  if (binary !== null) {
    if (binary.form === 'delta') return untold('binary content that is told as a difference');
    return told(member({ kind: 'write', path, ...contentOf(binary.data) }), [`which bytes ${path} had`]);
  }
  if (hunks.length === 0) return told('');
  if (edit.kind === 'modify' && edit.oldMode === '120000') return retargeted(path, hunks);
  if (whyUnchunkable(edit) === null) return updated(path, hunks);
  if (hunks.some((hunk) => hunk.anchors.length > 0))
    return untold('a hunk that is placed below a named line');
  return replaced(path, hunks);
}

/** A link whose target is one line from end to end. */
function retargeted(path: string, hunks: readonly Hunk[]): RenderedEdit {
  const target = hunks.flatMap((hunk) => sideBytes(hunk, 'new')).join('');
  const one = textual({ kind: 'symlink', path }, { target });
  return one.kind === 'text' ? told(one.text, [`where ${path} points to before`]) : one;
}

function updated(path: string, hunks: readonly Hunk[]): RenderedEdit {
  const one = textual({ kind: 'update', path }, { diff: hunks.map(chunk).join('') });
  const numbers = hunks.some((hunk) => hunk.oldStart !== null && hunk.countsAgree);
  return one.kind === 'text' && numbers ? told(one.text, [`the line numbers of ${path}`]) : one;
}

/** Hunks that a diff without headers cannot say are given as literal texts. */
function replaced(path: string, hunks: readonly Hunk[]): RenderedEdit {
  const parts: string[] = [];
  for (const hunk of hunks) {
    const old = sideBytes(hunk, 'old').join('');
    if (old === '') return untold('new lines that are placed by their line number alone');
    const one = textual({ kind: 'replace', path }, { old, new: sideBytes(hunk, 'new').join('') });
    if (one.kind === 'inexpressible') return one;
    parts.push(one.text);
  }
  return told(parts.join(',\n    '), [`latitude in the white space of ${path}, and its line numbers`]);
}
