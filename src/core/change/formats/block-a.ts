import type { Path } from '../../git.ts';
import type { Json } from '../../json.ts';
import { legible, utf8 } from '../bytes.ts';
import type { Parsed } from '../change.ts';
import type { Fault } from '../fault.ts';
import { Faulty, faultOf } from '../fault-of.ts';
import { pathAt } from './diff/section.ts';

type Members = { readonly [key: string]: Json };

/**
 * Reads the JSON block of the old runner: `{id, target_file, patch: {pattern, replacement}}`, where `pattern` is literal
 * text. Every field that is missing or of the wrong kind is one fault. `text` is the patch text as latin1.
 */
export function parseBlockA(text: string): Parsed {
  const block = readJson(text);
  if (block.kind === 'faulty') return block;
  const faults: Fault[] = [];
  const target = stringField(block.members, 'target_file', faults);
  const patch = objectField(block.members, 'patch', faults);
  const pattern = patch && stringField(patch, 'pattern', faults, 'patch.pattern');
  const replacement = patch && stringField(patch, 'replacement', faults, 'patch.replacement', 'may be empty');
  const path = target === null ? null : targetPath(target, lineOf(text, 'target_file'), faults);
  if (path === null || pattern === null || replacement === null) return { kind: 'faulty', faults };
  const span = { firstLine: 1, lastLine: text.trimEnd().split('\n').length };
  const edit = {
    kind: 'replace',
    path,
    pattern: utf8(pattern),
    replacement: utf8(replacement),
    span,
  } as const;
  const { members } = block;
  return {
    kind: 'change',
    change: {
      ...{ format: 'block-a', ...labels(members), edits: [edit], notes: notesOn(members) },
      ...{ mail: null, checks: [] },
    },
  };
}

function targetPath(target: string, line: number, faults: Fault[]): Path | null {
  try {
    return pathAt(utf8(target), line);
  } catch (error) {
    if (!(error instanceof Faulty)) throw error;
    faults.push(error.fault);
    return null;
  }
}

function readJson(
  text: string,
): { readonly kind: 'block'; readonly members: Members } | Extract<Parsed, { kind: 'faulty' }> {
  const unicode = legible(text);
  try {
    const value: Json = JSON.parse(unicode);
    if (isObject(value)) return { kind: 'block', members: value };
    return faulty(
      `The block is ${kindOf(value)}; expected one JSON object.`,
      'Send one block, {"id": …, "target_file": …, "patch": {…}}.',
    );
  } catch (error) {
    const problem = error instanceof Error ? error.message : 'unreadable';
    return faulty(
      `The block is not valid JSON: ${problem}.`,
      'Repair the JSON; a block begins with { and ends with }.',
    );
  }
}

function faulty(message: string, hint: string): Extract<Parsed, { kind: 'faulty' }> {
  return { kind: 'faulty', faults: [faultOf('malformed', { message, hint }, { patchLine: 1 })] };
}

function stringField(
  members: Members,
  name: string,
  faults: Fault[],
  label = name,
  empty: 'may be empty' | 'not empty' = 'not empty',
): string | null {
  const value = members[name];
  if (typeof value === 'string' && (value !== '' || empty === 'may be empty') && value.isWellFormed()) {
    return value;
  }
  faults.push(wrongField(label, kindOf(value), 'a text'));
  return null;
}

function objectField(members: Members, name: string, faults: Fault[]): Members | null {
  const value = members[name];
  if (value !== undefined && isObject(value)) return value;
  faults.push(wrongField(name, kindOf(value), 'an object {"pattern": …, "replacement": …}'));
  return null;
}

function wrongField(label: string, got: string, expected: string): Fault {
  return faultOf(
    'malformed',
    {
      message: `Field ${label} of the block is ${got}; expected ${expected}.`,
      hint: 'Give the field, as in {"id": …, "target_file": …, "patch": {"pattern": …, "replacement": …}}; for anything else, send a unified diff.',
    },
    { patchLine: 1 },
  );
}

function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return value === '' ? 'empty' : describeText(value);
  return `a ${typeof value}`;
}

function describeText(value: string): string {
  return value.isWellFormed()
    ? `a text, ${JSON.stringify(value.slice(0, 40))}`
    : 'a text with half a surrogate pair';
}

function isObject(value: Json): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function labels(members: Members): { readonly title: string | null; readonly externalId: string | null } {
  const id = textOrNull(members.id);
  return { title: textOrNull(members.description) ?? id, externalId: id };
}

function textOrNull(value: Json | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' && value.isWellFormed() ? value : null;
}

/** Members that the old runner obeyed and this reader does not, so that nobody believes they were. */
const READ = new Set(['id', 'role', 'description', 'target_file', 'patch', 'metadata']);

function notesOn(members: Members): string[] {
  const others = Object.keys(members).filter((name) => !READ.has(name));
  return others.length === 0 ? [] : [`fields of the block that change nothing here: ${others.join(', ')}`];
}

function lineOf(text: string, field: string): number {
  return text.slice(0, Math.max(0, text.indexOf(`"${field}"`))).split('\n').length;
}
