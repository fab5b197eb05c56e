import type { Path } from '../../../git.ts';
import { utf8 } from '../../bytes.ts';
import type { Span } from '../../change.ts';
import type { Fault, FaultCode } from '../../fault.ts';
import { faultOf } from '../../fault-of.ts';
import { parsePath } from '../../paths/path.ts';
import type { Passage } from '../passage.ts';
import type { ReadOptions } from '../reader.ts';
import { kindOf, type Located, type LocatedObject, shown } from './located.ts';

/** What reading one passage of plain data finds out on its way, beside the edits. */
export class Reading {
  readonly faults: Fault[] = [];
  readonly root: string | null;
  /** How many shell lines were met so far, for a limit over all members that have some. */
  shellLines = 0;
  readonly #notes = new Set<string>();
  readonly #before: number;

  constructor(passage: Passage, options: ReadOptions) {
    this.#before = passage.firstLine - 1;
    this.root = options.root ?? null;
  }

  /** A note is said once, however often its reason occurs. */
  note(text: string): void {
    this.#notes.add(text);
  }

  /** Where the passage begins. */
  get firstLine(): number {
    return this.#before + 1;
  }

  get notes(): readonly string[] {
    return [...this.#notes];
  }

  /** Lines of the patch text as submitted. */
  span({ firstLine, lastLine }: Span): Span {
    return { firstLine: firstLine + this.#before, lastLine: lastLine + this.#before };
  }

  fault(code: FaultCode, field: Field, says: { readonly message: string; readonly hint: string }): void {
    this.faults.push(faultOf(code, says, { patchLine: this.span(field.span).firstLine }));
  }
}

/** A part of the data, or its absence, with the name that messages give it: `edits[2].old`. */
export interface Field {
  readonly at: string;
  readonly value: Located | undefined;
  /** Of the value; where it is missing, of what should hold it. */
  readonly span: Span;
}

export interface ObjectField extends Field {
  readonly value: LocatedObject;
}

export function wholeField(value: Located): Field {
  return { at: '', value, span: value.span };
}

export function isObject(field: Field): field is ObjectField {
  return field.value?.kind === 'object';
}

export function member(of: ObjectField, name: string): Field {
  const value = of.value.members.get(name);
  return { at: of.at === '' ? name : `${of.at}.${name}`, value, span: value?.span ?? of.span };
}

/** The first of several members that is there; where none is, the first name. */
export function memberOf(of: ObjectField, names: readonly [string, ...string[]]): Field {
  return member(of, names.find((name) => of.value.members.has(name)) ?? names[0]);
}

export function has(of: ObjectField, name: string): boolean {
  return of.value.members.has(name);
}

export function itemsOf(field: Field): readonly Field[] {
  const items = field.value?.kind === 'list' ? field.value.items : [];
  return items.map((value, at) => ({ at: `${field.at}[${at}]`, value, span: value.span }));
}

/** A value of the wrong kind, or none. `hint` tells what to send. */
export function wrongField(field: Field, expected: string, hint: string, reading: Reading): void {
  const subject = field.at === '' ? 'The patch' : `Field ${field.at}`;
  reading.fault('malformed', field, {
    message: `${subject} is ${kindOf(field.value)}; expected ${expected}.`,
    hint,
  });
}

/** The text of a field; null, with a fault, where it has none. */
export function textOf(
  field: Field,
  wants: { readonly empty: 'may be empty' | 'not empty'; readonly expected?: string; readonly hint: string },
  reading: Reading,
): string | null {
  if (field.value?.kind === 'text' && (field.value.text !== '' || wants.empty === 'may be empty')) {
    return field.value.text;
  }
  wrongField(field, wants.expected ?? 'a text', wants.hint, reading);
  return null;
}

/** For labels: text that says something, or null without a fault. */
export function labelOf(field: Field): string | null {
  return field.value?.kind === 'text' && field.value.text.trim() !== '' ? field.value.text : null;
}

/** The path that Unicode `text` names, as bytes; null with a fault. */
export function pathNamed(field: Field, text: string, reading: Reading): Path | null {
  const parsed = parsePath(utf8(text));
  if (parsed.kind === 'path') return parsed.path;
  reading.fault('path_refused', field, {
    message: `Field ${field.at} names ${shown(text)}: the path ${parsed.why}.`,
    hint: parsed.hint,
  });
  return null;
}
