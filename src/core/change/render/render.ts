import type { Edit } from '../change.ts';
import { beginPatchOf } from './begin-patch.ts';
import { gitDiffOf } from './git-diff.ts';
import { jsonDocument, jsonEditsOf } from './json-edits.ts';
import type { Rendered, RenderedEdit, RenderForm } from './rendered.ts';
import { searchReplaceOf } from './search-replace.ts';

interface Writer {
  readonly edit: (edit: Edit) => RenderedEdit;
  /** Puts the texts of all edits together. */
  readonly whole: (texts: readonly string[], title: string | null) => string;
}

const WRITERS: Readonly<Record<RenderForm, Writer>> = {
  'git-diff': { edit: gitDiffOf, whole: (texts) => texts.join('') },
  'begin-patch': {
    edit: beginPatchOf,
    whole: (texts) => `*** Begin Patch\n${texts.join('')}*** End Patch\n`,
  },
  'search-replace': { edit: searchReplaceOf, whole: (texts) => texts.join('\n') },
  'json-edits': { edit: jsonEditsOf, whole: jsonDocument },
};

/**
 * A change as text of another form (latin1). Reading that text gives the same edits again, but for what `lost` names;
 * an edit that the form cannot say is told, and never left out.
 */
export function renderChange(
  change: { readonly title: string | null; readonly edits: readonly Edit[] },
  form: RenderForm,
): Rendered {
  const writer = WRITERS[form];
  const parts = change.edits.map((edit) => ({ edit, rendered: writer.edit(edit) }));
  const untellable = parts.flatMap(({ edit, rendered }) =>
    rendered.kind === 'inexpressible' ? [{ edit, why: rendered.why }] : [],
  );
  if (untellable.length > 0) return { kind: 'inexpressible', edits: untellable };
  const texts = parts.flatMap(({ rendered }) => (rendered.kind === 'text' ? [rendered] : []));
  return {
    kind: 'text',
    text: writer.whole(
      texts.map(({ text }) => text),
      change.title,
    ),
    lost: texts.flatMap(({ lost }) => lost),
  };
}
