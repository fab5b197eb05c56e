import assert from 'node:assert/strict';
import { readLocatedYaml } from '../../../../../src/adapters/files/located-yaml.ts';
import type { Change } from '../../../../../src/core/change/change.ts';
import type { ReadOptions } from '../../../../../src/core/change/formats/reader.ts';
import { parseChange } from '../../../../../src/core/change/parse.ts';

type Options = Partial<ReadOptions>;

function parsed(block: unknown, options: Options) {
  const text = typeof block === 'string' ? block : JSON.stringify(block, null, 1);
  return parseChange(Buffer.from(text), { format: null, yaml: readLocatedYaml, ...options });
}

/** The change that a block is, given as data (written as JSON) or as text; fails where it is refused. */
export function blockChange(block: unknown, options: Options = {}): Change {
  const read = parsed(block, options);
  if (read.kind === 'change') return read.change;
  return assert.fail(read.faults.map(({ message }) => message).join('\n'));
}

/** `malformed at 3: message`, each on a line; fails where the block is read. */
export function blockRefusal(block: unknown, options: Options = {}): string {
  const read = parsed(block, options);
  if (read.kind === 'change') return assert.fail(`read as ${read.change.format}`);
  for (const { hint } of read.faults) assert.notEqual(hint, '');
  return read.faults.map(({ code, patchLine, message }) => `${code} at ${patchLine}: ${message}`).join('\n');
}

/** Edits in a few words, without their spans. */
export function editsOf(change: Change): string[] {
  return change.edits.map((edit) => {
    switch (edit.kind) {
      case 'write':
        return `write ${edit.path} ${edit.mode} ${JSON.stringify(edit.content)}`;
      case 'replace':
        return `replace ${edit.path} ${JSON.stringify(edit.pattern)} by ${JSON.stringify(edit.replacement)}`;
      case 'insert':
        return `insert ${edit.path} ${edit.where} ${JSON.stringify(edit.anchor)}: ${JSON.stringify(edit.text)}`;
      case 'modify':
        return `mode ${edit.path} ${edit.newMode}`;
      default:
        return `${edit.kind} ${edit.path}`;
    }
  });
}
