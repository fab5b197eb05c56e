import type { PatchTerms } from '../../../patch/terms.ts';
import type { BroughtCheck, Edit } from '../../change.ts';
import { MAX_EXTERNAL_ID, MAX_HUNKS } from '../../limits.ts';
import {
  type Field,
  has,
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
import { broughtChecks } from './brought-checks.ts';
import { FLAGS, readFlags, termsOfFlags } from './flags.ts';
import { MUTATION_HINT, readMutation } from './mutation.ts';

/** Members that all old blocks share: labels, checks, flags, what is never run. */
const FRAME = [
  ...[
    'id',
    'blockId',
    'title',
    'description',
    'version',
    'role',
    'metadata',
    'phase',
    'timestamp',
    'project',
  ],
  ...['target', 'preMutationValidation', 'postMutationBuild', 'validate', 'final', 'git', ...FLAGS],
];

/** Reads all of a block but its edits. `own`: the members in which the form has its edits. */
export function readFrame(
  block: ObjectField,
  own: readonly string[],
  reading: Reading,
): {
  readonly title: string | null;
  readonly externalId: string | null;
  readonly checks: readonly BroughtCheck[];
  readonly terms?: PatchTerms;
} {
  const terms = termsOfFlags(readFlags(block, reading));
  noteTarget(member(block, 'target'), reading);
  noteGit(block, reading);
  noteUnread(block, [...FRAME, ...own], reading);
  return { ...labelsOf(block, reading), checks: checksOf(block, reading), ...terms };
}

export function labelsOf(
  block: ObjectField,
  reading: Reading,
): { readonly title: string | null; readonly externalId: string | null } {
  const id = memberOf(block, ['blockId', 'id']);
  const text = labelOf(id);
  const externalId = text === null || text.length > MAX_EXTERNAL_ID ? null : text;
  if (text !== externalId) {
    reading.note(`${id.at}: not kept, since it is longer than ${MAX_EXTERNAL_ID} characters`);
  }
  return { title: labelOf(memberOf(block, ['description', 'title'])) ?? externalId, externalId };
}

function checksOf(block: ObjectField, reading: Reading): readonly BroughtCheck[] {
  const before = member(block, 'preMutationValidation');
  if (before.value !== undefined) {
    reading.note(`${before.at}: it runs after the mutations like every check, not before them`);
  }
  return [
    ...broughtChecks(before, 'pre-mutation validation', reading),
    ...broughtChecks(member(block, 'postMutationBuild'), 'post-mutation build', reading),
    ...broughtChecks(member(block, 'validate'), 'validate', reading),
  ];
}

export function noteTarget(field: Field, reading: Reading): void {
  if (field.value === undefined) return;
  reading.note(`${field.at}: not looked at; the patch goes to the workspace that it was submitted to`);
}

function noteGit(block: ObjectField, reading: Reading): void {
  const final = member(block, 'final');
  if (isObject(final)) {
    if (has(final, 'git')) reading.note('final.git is never run: Ghost lands the patch as one commit itself');
    noteUnread(final, ['git'], reading);
  } else if (final.value !== undefined) reading.note('final is not run');
  if (has(block, 'git'))
    reading.note('git: no branch and no tag is made; the patch lands on the branch of its workspace');
}

/** The edits of a list of mutations, in its order. */
export function readMutations(field: Field, reading: Reading): readonly Edit[] {
  const { value } = field;
  if (value?.kind !== 'list') {
    wrongField(field, 'a list of mutations', MUTATION_HINT, reading);
    return [];
  }
  if (value.items.length <= MAX_HUNKS) return itemsOf(field).flatMap((item) => readMutation(item, reading));
  reading.fault('too_large', field, {
    message: `Field ${field.at} has ${value.items.length} mutations; expected at most ${MAX_HUNKS}.`,
    hint: 'Split it into smaller patches.',
  });
  return [];
}
