import type { Passage } from '../passage.ts';
import { inside } from './passages.ts';
import type { Scan } from './scan.ts';

/** Members by which a block of ours, or of the old runner, is told from data that merely stands in a text. */
const JSON_MEMBER =
  /"(?:edits|target_file|mutations|blockId|patch|operation)"[ \t\r\n]{0,9}:|"command_patch"|"(?:create|update|delete)_file"/;
const YAML_MEMBER =
  /^[ \t]{0,9}(?:- )?(?:role:[ \t]{0,9}["']?command_patch|(?:target_file|mutations|blockId|edits|patch):)/m;
const JSON_START = /^(?:\{|\[[ \t\r\n]{0,99}\{)/;

/**
 * Prose may begin like YAML, `Here it is:`. These stand at the beginning of a line in no YAML, where what is quoted is
 * indented, and tell of another form or of a fence.
 */
const OTHER_FORM = /^(?:```|~~~|<{5,9} SEARCH|-{5,9} SEARCH|\*\*\* |diff --git |--- \S|\+\+\+ )/m;
const YAML_START = /^(?:---[ \t]*\r?\n)?(?:#[^\n]{0,999}\n){0,99}[\w-]{1,60}:(?:[ \t\r\n]|$)/;

/** The whole text is JSON or YAML, without prose. */
export function isData(text: string): boolean {
  const start = text.trimStart();
  if (JSON_START.test(start)) return true;
  return YAML_START.test(start) && YAML_MEMBER.test(start) && !OTHER_FORM.test(start);
}

/**
 * JSON of a patch with prose around it and no fence of its own lines: from the first line that begins with a brace, or
 * with a fence right before it, to the last line that ends with one. Null where there is none.
 */
export function bareData(text: string): Passage | null {
  const opening = /^[ \t]{0,16}(?:`{3}(?:json)?[ \t]{0,9})?(?=\{)/m.exec(text);
  if (opening === null) return null;
  const start = opening.index + opening[0].length;
  const end = text.lastIndexOf('}') + 1;
  const data = text.slice(start, end);
  if (end <= start || !JSON_MEMBER.test(data)) return null;
  return { text: data, firstLine: lineAt(text, start), name: null };
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Fenced JSON and YAML that no file name claims. `block`: what surely is a patch. `any`: all of it. */
export function dataPassages(scan: Scan, which: 'block' | 'any'): readonly Passage[] {
  return scan.enclosures.flatMap((enclosure, at) => {
    if (enclosure.kind !== 'fence' || enclosure.name.kind === 'name') return [];
    // A thousand fences that are never closed would otherwise each be read to the end of the text.
    const passage = inside(scan, enclosure, scan.enclosures[at + 1]?.open);
    const json = JSON_START.test(passage.text.trimStart());
    const yaml = !json && /^ya?ml\b/i.test(enclosure.info);
    if (!json && !yaml) return [];
    const sure = (json ? JSON_MEMBER : YAML_MEMBER).test(passage.text);
    return sure || which === 'any' ? [passage] : [];
  });
}
