import { joinFlags } from '../../patch/terms.ts';
import type { Edit } from '../change.ts';
import { labelsOf, readMutations } from './blocks/block-frame.ts';
import { broughtChecks } from './blocks/brought-checks.ts';
import { FLAGS, readFlags, termsOfFlags } from './blocks/flags.ts';
import type { Contents } from './contents.ts';
import {
  type Field,
  has,
  isObject,
  itemsOf,
  member,
  type ObjectField,
  type Reading,
} from './data/reading.ts';
import { noteUnread } from './data/unread-members.ts';

const STAGES = ['preflight', 'execution', 'validation'] as const;
const MEMBERS = [
  ...[
    'id',
    'blockId',
    'kind',
    'title',
    'description',
    'version',
    'mutations',
    'options',
    'metadata',
    ...STAGES,
  ],
  ...FLAGS,
];

/**
 * `{patch: {id, kind, preflight, execution, validation, options}}`, with its mutations beside the stages, under
 * `execution` or in its place. `block` may be what stands under `patch`.
 */
export function readBlockD(block: ObjectField, reading: Reading): Contents {
  const inner = member(block, 'patch');
  const patch = isObject(inner) ? inner : block;
  if (patch !== block) noteUnread(block, ['patch', 'metadata', 'version'], reading);
  noteUnread(patch, MEMBERS, reading);
  const options = member(patch, 'options');
  const optional = isObject(options) ? readFlags(options, reading) : [];
  const terms = termsOfFlags(joinFlags(readFlags(patch, reading), optional));
  if (isObject(options)) noteUnread(options, FLAGS, reading);
  const edits = mutationsOf(patch, reading);
  if (edits === null) return { format: 'block-d', ...labelsOf(patch, reading), edits: [], checks: [] };
  if (has(patch, 'preflight')) {
    reading.note(
      `${member(patch, 'preflight').at}: it runs after the mutations like every check, not before them`,
    );
  }
  const checks = STAGES.flatMap((stage) => broughtChecks(shellOf(member(patch, stage)), stage, reading));
  return { format: 'block-d', ...labelsOf(patch, reading), edits, checks, ...terms };
}

/** Null with a fault where commands stand for the change: what they do to a machine is no content of a file. */
function mutationsOf(patch: ObjectField, reading: Reading): readonly Edit[] | null {
  const execution = member(patch, 'execution');
  const lists = [patch, execution].filter(isObject).filter((field) => has(field, 'mutations'));
  const fields = lists.map((field) => member(field, 'mutations'));
  if (isMutations(execution)) fields.push(execution);
  if (fields.length > 0) return fields.flatMap((field) => readMutations(field, reading));
  const says = has(patch, 'execution')
    ? `${execution.at} names no file and holds what is to be run, which is not done`
    : 'it has no mutations';
  reading.fault('empty_patch', has(patch, 'execution') ? execution : patch, {
    message: `The block changes no file: ${says}. A patch is what becomes of files; what commands do to a machine cannot be checked, landed or taken back.`,
    hint: 'Name the files that change under "mutations": [{"path": …, "contents": …}] and keep the commands that test them under "validation"; or send a diff. Run a command that changes no file yourself.',
  });
  return null;
}

/** Whether a list holds mutations and nothing else. */
function isMutations(field: Field): boolean {
  const items = itemsOf(field);
  return items.length > 0 && items.every((item) => isObject(item) && has(item, 'path'));
}

/** `execution` without its mutations. */
function shellOf(field: Field): Field {
  if (isMutations(field)) return { ...field, value: undefined };
  if (!isObject(field) || !has(field, 'mutations')) return field;
  const members = new Map([...field.value.members].filter(([name]) => name !== 'mutations'));
  return { ...field, value: { ...field.value, members } };
}

/** What a block of another form may have beside members with the names of the stages. */
const OF_OTHERS = ['blockId', 'target_file', 'preMutationValidation', 'postMutationBuild', 'validate'];

/** Whether `patch` holds stages, or the members are those of such a `patch` itself. */
export function isBlockD(block: ObjectField): boolean {
  const inner = member(block, 'patch');
  if (isObject(inner)) return !has(inner, 'pattern') && hasStage(inner);
  return hasStage(block) && !OF_OTHERS.some((name) => has(block, name));
}

function hasStage(patch: ObjectField): boolean {
  return STAGES.some((stage) => has(patch, stage));
}
