import { type Flag, flagNamed, type PatchTerms, FLAGS as TERMS } from '../../../patch/terms.ts';
import { kindOf } from '../data/located.ts';
import {
  type Field,
  isObject,
  itemsOf,
  labelOf,
  member,
  type ObjectField,
  type Reading,
} from '../data/reading.ts';

/** Members of a block that are flags. */
export const FLAGS: readonly string[] = TERMS;

/** The flags among the members that are set. */
export function readFlags(of: ObjectField, reading: Reading): readonly Flag[] {
  return TERMS.filter((flag) => isSet(flag, member(of, flag), reading));
}

/** `enforcementFlags` of a block F: an object of flags, or a list of their names. */
export function readFlagsMember(field: Field, reading: Reading): readonly Flag[] {
  if (isObject(field)) {
    noteUnknown([...field.value.members.keys()], reading);
    return readFlags(field, reading);
  }
  const names = itemsOf(field).map((item) => labelOf(item) ?? kindOf(item.value));
  noteUnknown(names, reading);
  return TERMS.filter((flag) => names.includes(flag));
}

/** What a patch that sets these flags is held to; nothing to say where it sets none. */
export function termsOfFlags(flags: readonly Flag[]): { readonly terms?: PatchTerms } {
  return flags.length === 0 ? {} : { terms: { phase: null, flags } };
}

function isSet(flag: Flag, { value }: Field, reading: Reading): boolean {
  if (value === undefined) return false;
  if (value.kind === 'other' && value.value === true) return true;
  if (value.kind === 'other' && value.value === false)
    reading.note(`flag ${flag}: false takes nothing away; what holds for every patch holds for this one`);
  else reading.note(`flag ${flag} is ${kindOf(value)}, neither true nor false: it is not read`);
  return false;
}

function noteUnknown(names: readonly string[], reading: Reading): void {
  const unknown = names.filter((name) => flagNamed(name) === null).slice(0, 12);
  if (unknown.length > 0)
    reading.note(`flags that are not known: ${unknown.map((name) => name.slice(0, 60)).join(', ')}`);
}
