import { labelsOf, noteTarget, readMutations } from './blocks/block-frame.ts';
import { broughtChecks } from './blocks/brought-checks.ts';
import { readFlagsMember, termsOfFlags } from './blocks/flags.ts';
import type { Contents } from './contents.ts';
import { has, isObject, member, type ObjectField, type Reading } from './data/reading.ts';
import { noteUnread } from './data/unread-members.ts';

const SECTIONS = ['meta', 'routing', 'enforcementFlags', 'mutations', 'gates'];

/** The template with sections, YAML or JSON: `meta`, `routing`, `enforcementFlags`, `mutations`, `gates`. */
export function readBlockF(block: ObjectField, reading: Reading): Contents {
  noteUnread(block, SECTIONS, reading);
  const terms = termsOfFlags(readFlagsMember(member(block, 'enforcementFlags'), reading));
  noteTarget(member(block, 'routing'), reading);
  const meta = member(block, 'meta');
  const labels = isObject(meta) ? labelsOf(meta, reading) : { title: null, externalId: null };
  if (isObject(meta)) {
    noteUnread(
      meta,
      ['id', 'blockId', 'title', 'description', 'version', 'author', 'phase', 'timestamp'],
      reading,
    );
  }
  const checks = broughtChecks(member(block, 'gates'), 'gate', reading);
  const edits = readMutations(member(block, 'mutations'), reading);
  return { format: 'block-f', ...labels, edits, checks, ...terms };
}

/** Whether a text's top-level members are those of this form. */
export function isBlockF(block: ObjectField): boolean {
  return ['meta', 'routing', 'enforcementFlags', 'gates'].some((name) => has(block, name));
}
