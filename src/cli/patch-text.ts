import type { PatchView, ShownPatchView } from '../app/views.ts';
import type { Print } from './print.ts';

const GOES_ON = 'the patch then goes on by itself.';

interface Told {
  readonly heldHint?: string | undefined;
  /** Why its line stands still, where it does. */
  readonly waits?: string | null;
  /** Its workspace lands here, and a remote follows. */
  readonly hasFollower?: boolean;
}

type Shown = PatchView & Partial<Pick<ShownPatchView, 'approvable'>>;

/** A patch for people: who, what, where it stands and why. */
export function printPatch(print: Print, view: Shown, { heldHint = GOES_ON, ...told }: Told = {}): void {
  print.table([view.id, view.state], factsOf(view, told));
  const hint = hintFor(view, heldHint);
  if (hint !== null) print.text(`  hint: ${hint}`);
  if (view.repair === null) printFaults(print, view.faults);
  else print.text(`\n${view.repair.text}`);
}

/** What brings a held patch on; null where its detail says all that there is to say. */
function hintFor({ id, reason, terms, approvable }: Shown, heldHint: string): string | null {
  if (reason === 'local_edits') return `Commit, stash or discard the edits in these files; ${heldHint}`;
  // Where it does not go on by itself it has ended, and nobody can approve it any more.
  if (heldHint !== GOES_ON) return null;
  if (reason === 'needs_approval' || reason === 'mode_manual') {
    const seen = approvable ? ` --base ${approvable.base} --effect ${approvable.effect}` : '';
    return `An approver who is not its author says \`ghost approve ${id}${seen}\`; ${GOES_ON}`;
  }
  return reason === 'phase_frozen' ? `\`ghost thaw ${terms.phase}\` ends it; ${GOES_ON}` : null;
}

function printFaults(print: Print, faults: PatchView['faults']): void {
  for (const { message, hint } of faults) {
    print.text(message.replace(/^/gm, '  '));
    print.text(`    hint: ${hint}`);
  }
}

/** Who accepted a branch without the commit, when and why. */
function sayTakenOff({ by, at, reason }: NonNullable<PatchView['takenOff']>): string {
  return `the branch, accepted by ${by} at ${at}: ${reason}`;
}

/** `repairs p_..., round 2`. */
export function sayLineage(lineage: NonNullable<PatchView['lineage']>): string {
  const { kind, patch } = lineage;
  return kind === 'repairs' ? `${kind} ${patch}, round ${lineage.round}` : `${kind} ${patch}`;
}

const WAITING: ReadonlySet<string> = new Set(['queued', 'checking', 'landing']);

export function isWaiting({ state }: Pick<PatchView, 'state'>): boolean {
  return WAITING.has(state);
}

function factsOf(view: Shown, { waits = null, hasFollower = false }: Told): (readonly string[])[] {
  const facts: (readonly [string, string | number | null])[] = [
    ['title', view.title],
    ['workspace', view.workspace],
    ['author', `${view.author} (${view.origin})`],
    ['accepted', view.acceptedAt],
    ['reason', view.reason],
    ['detail', view.detail],
    ['waits', waits && `its workspace is ${waits}`],
    ['paths', view.heldPaths.join(', ') || null],
    ['runs at', view.notBefore],
    ['base', view.base],
    [
      'to approve',
      view.approvable ? `effect ${view.approvable.effect} on base ${view.approvable.base}` : null,
    ],
    ['commit', view.commit],
    ['landing', view.landingSeq],
    ['taken off', view.takenOff && sayTakenOff(view.takenOff)],
    ['work tree', view.worktree && sayWorktree(view.worktree, hasFollower)],
    ['series', view.series && `${view.series.index} of ${view.series.of}, first ${view.series.first}`],
    ['lineage', view.lineage && sayLineage(view.lineage)],
    ['merge', view.merge === 'never' ? null : view.merge],
    ['phase', view.terms?.phase ?? null],
    ['flags', view.terms?.flags.join(', ') || null],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, `${value}`]]));
}

/** Where a work tree, or the remote in its place, stands after a landing, and what brings one on that could not follow. */
export function sayWorktree(outcome: string, hasFollower: boolean): string {
  if (outcome !== 'behind') return outcome;
  if (hasFollower)
    return 'behind: the remote did not take it yet; `ghost workspace show` tells why, and it is pushed again until it has it';
  return 'behind: local edits, or a lock such as .git/index.lock, were in the way; `git status` there tells, and the next landing brings it on once they are gone';
}
