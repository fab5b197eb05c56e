import type { PatchView } from '../app/views.ts';
import type { Print } from './print.ts';

/** A patch for people: who, what, where it stands and why. */
export function printPatch(print: Print, view: PatchView): void {
  print.table([view.id, view.state], factsOf(view));
  if (view.reason === 'local_edits') {
    print.text(
      '  hint: Commit, stash or discard the edits in these files; the patch then goes on by itself.',
    );
  }
  for (const fault of view.faults) {
    print.text(fault.message.replace(/^/gm, '  '));
    for (const line of fault.closest?.diff ?? []) print.text(`    ${line}`);
    print.text(`    hint: ${fault.hint}`);
  }
}

function factsOf(view: PatchView): (readonly string[])[] {
  const facts: (readonly [string, string | number | null])[] = [
    ['title', view.title],
    ['workspace', view.workspace],
    ['author', `${view.author} (${view.origin})`],
    ['accepted', view.acceptedAt],
    ['reason', view.reason],
    ['detail', view.detail],
    ['paths', view.heldPaths.join(', ') || null],
    ['runs at', view.notBefore],
    ['base', view.base],
    ['commit', view.commit],
    ['landing', view.landingSeq],
    ['work tree', view.worktree],
    ['lineage', view.lineage && `${view.lineage.kind} ${view.lineage.patch}`],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, `${value}`]]));
}
