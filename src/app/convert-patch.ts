import { legible } from '../core/change/bytes.ts';
import type { Change, Format } from '../core/change/change.ts';
import { explainFaults } from '../core/change/faults/explain.ts';
import { legibleFault } from '../core/change/faults/legible-fault.ts';
import type { ReadOptions } from '../core/change/formats/reader.ts';
import { parseChange } from '../core/change/parse.ts';
import { editsOf } from '../core/change/render/from-files.ts';
import { renderChange } from '../core/change/render/render.ts';
import type { RenderForm } from '../core/change/render/rendered.ts';
import { fail } from '../core/errors.ts';
import type { Workspace } from '../core/workspace.ts';
import type { Needs } from './needs.ts';
import { readingOf } from './reading-of.ts';

export interface Converted {
  readonly to: RenderForm;
  readonly text: Uint8Array;
  /** What the form cannot say and leaves to chance. */
  readonly lost: readonly string[];
  /** What was read generously. */
  readonly notes: readonly string[];
}

/**
 * Writes a patch in another form, from its text alone.
 * @throws GhostError patch_unparsable, form_inexpressible
 */
export function convertPatch(body: Uint8Array, reading: ReadOptions, to: RenderForm): Converted {
  const parsed = parseChange(body, reading);
  if (parsed.kind === 'faulty') throw unparsable(parsed.faults);
  return written(parsed.change, to, parsed.change.notes);
}

/**
 * Applies a patch in memory to the tip of the moment and writes what it does there in another form, with the lines that
 * stand around it. Changes nothing.
 * @throws GhostError patch_unparsable, form_inexpressible
 */
export async function convertAtTip(
  needs: Pick<Needs, 'repositories' | 'policy' | 'changes'>,
  request: {
    readonly workspace: Workspace;
    readonly body: Uint8Array;
    readonly format: Format | null;
    readonly to: RenderForm;
  },
): Promise<Converted> {
  const open = await needs.repositories.open(request.workspace);
  try {
    const { allowPaths, loosestRung } = await needs.policy.rulesFor(request.workspace.name);
    const fitted = await needs.changes.fit(open, await open.repository.tip(), {
      ...{ body: request.body, allowPaths, loosest: loosestRung, merge: 'never', text: 'new' },
      ...readingOf(request.workspace, request.format),
    });
    if (fitted.kind === 'faulty') throw unparsable(fitted.faults);
    const { outline, files, notes } = fitted;
    return written({ title: outline.title, edits: editsOf(files) }, request.to, notes);
  } finally {
    await open.repository.close();
  }
}

function unparsable(faults: Parameters<typeof explainFaults>[0]): Error {
  return fail('patch_unparsable', { problem: explainFaults(faults) }, { faults: faults.map(legibleFault) });
}

function written(
  change: Pick<Change, 'title' | 'edits'>,
  to: RenderForm,
  notes: readonly string[],
): Converted {
  const rendered = renderChange(change, to);
  if (rendered.kind === 'inexpressible') {
    const parts = rendered.edits.map(({ edit, why }) => `${legible(edit.path)}: ${why}`);
    throw fail('form_inexpressible', { form: to, parts: parts.join('; ') });
  }
  return { to, text: Buffer.from(rendered.text, 'latin1'), lost: rendered.lost, notes };
}
