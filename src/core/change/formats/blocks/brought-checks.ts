import { whyVacuous } from '../../../gate/vacuous.ts';
import type { BroughtCheck } from '../../change.ts';
import { MAX_BROUGHT_CHECKS } from '../../limits.ts';
import { shown } from '../data/located.ts';
import {
  type Field,
  isObject,
  itemsOf,
  labelOf,
  member,
  memberOf,
  type ObjectField,
  type Reading,
  wrongField,
} from '../data/reading.ts';
import { noteUnread } from '../data/unread-members.ts';

/** Of one line, in UTF-16 units. Looking for how it could fail takes a second for half a megabyte; an argument of a process is shorter still. */
const LONGEST_SCRIPT = 16 * 1024;
/** As long as the name of any check. */
const LONGEST_NAME = 64;

const SCRIPTS = ['shell', 'run', 'command', 'cmd'] as const;
const IN_A_SCRIPT = 'Put it into a script of the repository and call that.';
const HINT = 'Give shell lines as a list of texts, as in "validate": {"shell": ["npm test"]}.';

/**
 * The shell lines of one member of a block as checks: text, a list of it, `{"shell": …}`, `{"name", "run"}`, or an object
 * that names several. A line that cannot fail is a fault. `label` becomes their name, numbered where there are several.
 */
export function broughtChecks(field: Field, label: string, reading: Reading): readonly BroughtCheck[] {
  const lines = shellLines(field, label, reading);
  const before = reading.shellLines;
  reading.shellLines += lines.length;
  if (reading.shellLines > MAX_BROUGHT_CHECKS) {
    if (before <= MAX_BROUGHT_CHECKS)
      reading.fault('too_large', field, {
        message: `With field ${field.at} the patch has more than ${MAX_BROUGHT_CHECKS} shell lines, as many as one patch may bring as checks.`,
        hint: IN_A_SCRIPT,
      });
    return [];
  }
  const checks = lines.flatMap((line, at) => {
    const name = line.name ?? (lines.length > 1 ? `${label} ${at + 1}` : label);
    return checkOf(line, name, reading);
  });
  if (checks.length > 0) {
    reading.note(
      `${field.at}: ${checks.length === 1 ? '1 shell line becomes a check' : `${checks.length} shell lines become checks`} of this patch, added to the gate; each runs on a private copy of the tree that the patch makes, and what it writes there is thrown away`,
    );
  }
  return checks;
}

interface ShellLine {
  readonly field: Field;
  readonly script: string;
  readonly name: string | null;
}

function shellLines(field: Field, label: string, reading: Reading): readonly ShellLine[] {
  const { value } = field;
  if (value === undefined) return [];
  if (value.kind === 'text') return [{ field, script: value.text, name: null }];
  if (value.kind === 'list') {
    // One more than are taken, so that too long a list is told without being read.
    const items = itemsOf(field).slice(0, MAX_BROUGHT_CHECKS + 1);
    return items.flatMap((item) => shellLines(item, label, reading));
  }
  if (isObject(field)) return linesOfObject(field, label, reading);
  if (value.kind === 'other' && value.value === null) return [];
  wrongField(field, 'a list of shell lines', HINT, reading);
  return [];
}

function linesOfObject(field: ObjectField, label: string, reading: Reading): readonly ShellLine[] {
  const source = memberOf(field, [...SCRIPTS]);
  if (source.value !== undefined) {
    noteUnread(field, ['name', 'id', 'description', ...SCRIPTS], reading);
    const lines = shellLines(source, label, reading);
    const name = labelOf(memberOf(field, ['name', 'id']));
    if (name === null) return lines;
    return lines.map((line, at) => ({
      ...line,
      name: checkName(lines.length > 1 ? `${name} ${at + 1}` : name),
    }));
  }
  // {"lint": "npm run lint", "test": ["npm test"]}
  return [...field.value.members.keys()].flatMap((key) =>
    shellLines(member(field, key), label, reading).map((line) => ({
      ...line,
      name: line.name ?? checkName(key),
    })),
  );
}

/** A name in the letters that names of checks have. */
function checkName(text: string): string | null {
  const name = text
    .slice(0, LONGEST_NAME)
    .toLowerCase()
    .replace(/[^a-z0-9 ._-]/g, '-')
    .replace(/^[ ._-]+/, '');
  return name === '' ? null : name;
}

function checkOf({ field, script }: ShellLine, name: string, reading: Reading): BroughtCheck[] {
  if (script.includes('\0')) {
    wrongField(field, 'a shell line without a NUL character', HINT, reading);
    return [];
  }
  if (script.length > LONGEST_SCRIPT) {
    reading.fault('too_large', field, {
      message: `Field ${field.at} is a shell line of ${script.length} characters; expected at most ${LONGEST_SCRIPT}.`,
      hint: IN_A_SCRIPT,
    });
    return [];
  }
  const why = whyVacuous({ kind: 'script', script });
  if (why === null) return [{ name, script, span: reading.span(field.span) }];
  reading.fault('check_vacuous', field, {
    message: `Field ${field.at}, ${shown(script)}, is no check, since it cannot fail: ${why}.`,
    hint: 'Leave it out, or let it end with the exit code of what it looks at. What it is to print, the log of the check has anyway.',
  });
  return [];
}
