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

/** The six flags of the old blocks: what a patch with the flag gets here, no more than is done for every patch today. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  [
    'enforceValidationGate',
    'as for every patch: it lands only after the gate passed on exactly the tree that lands',
  ],
  [
    'strictRuntimeAudit',
    'argv, environment names, exit code, signal, duration and output digest of every check are recorded, as for every patch; a record that is missing does not yet fail it',
  ],
  [
    'runDryCheck',
    'as for every patch: it is applied in memory before anything is written, and all faults are told at once',
  ],
  [
    'forceRuntimeTrace',
    'what each check prints is kept as for every patch, up to 1 MiB of it; the full output is not yet',
  ],
  [
    'requireMutationProof',
    'as for every patch: digests of each path before and after are recorded, the commit is read back from the branch, and a patch that changes nothing is refused',
  ],
  ['requireServiceUptime', 'not done yet: no service is asked whether it answers'],
]);

export const FLAGS: readonly string[] = [...MEANINGS.keys()];

/** Says what each flag among the members means today. */
export function noteFlags(of: ObjectField, reading: Reading): void {
  for (const name of FLAGS) noteFlag(name, member(of, name), reading);
}

/** `enforcementFlags` of a block F: an object of flags, or a list of their names. */
export function noteFlagsMember(field: Field, reading: Reading): void {
  if (isObject(field)) {
    noteFlags(field, reading);
    noteUnknown([...field.value.members.keys()], reading);
  } else {
    const names = itemsOf(field).map((item) => labelOf(item) ?? kindOf(item.value));
    for (const name of names) sayFlag(name, reading);
    noteUnknown(names, reading);
  }
}

function noteFlag(name: string, { value }: Field, reading: Reading): void {
  if (value === undefined) return;
  if (value.kind === 'other' && value.value === true) sayFlag(name, reading);
  else if (value.kind === 'other' && value.value === false) {
    reading.note(`flag ${name}: false takes nothing away; what holds for every patch holds for this one`);
  } else reading.note(`flag ${name} is ${kindOf(value)}, neither true nor false: it is not read`);
}

function sayFlag(name: string, reading: Reading): void {
  const meaning = MEANINGS.get(name);
  if (meaning !== undefined) reading.note(`flag ${name}: ${meaning}`);
}

function noteUnknown(names: readonly string[], reading: Reading): void {
  const unknown = names.filter((name) => !MEANINGS.has(name)).slice(0, 12);
  if (unknown.length > 0)
    reading.note(`flags that are not known: ${unknown.map((name) => name.slice(0, 60)).join(', ')}`);
}
