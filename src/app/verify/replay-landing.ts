import { legible } from '../../core/change/bytes.ts';
import { RUNGS, type Standing } from '../../core/change/change.ts';
import { sha256 } from '../../core/digest.ts';
import { GhostError } from '../../core/errors.ts';
import { checksOfPatch } from '../../core/gate/brought-checks.ts';
import type { Check } from '../../core/gate/check.ts';
import type { Tip } from '../../core/git.ts';
import type { ContentDigest, Intent, Patch } from '../../core/patch/patch.ts';
import type { Fitted, PatchToFit } from '../../ports/change-engine.ts';
import type { Holding } from '../holding.ts';
import type { Needs } from '../needs.ts';
import { readingOf } from '../reading-of.ts';

type ReplayNeeds = Pick<Needs, 'ledger' | 'changes'>;
type Place = Pick<Holding, 'workspace' | 'open'>;

/**
 * What is wrong with a landed commit, told by doing its patch again in memory: its text, applied to the commit's parent,
 * has to give exactly the commit's tree, and git has to have the content of each path that was written down. The rules
 * of today are not asked, only what the patch did.
 */
export async function replayLanding(
  needs: ReplayNeeds,
  place: Place,
  { patch, intent }: { readonly patch: Patch; readonly intent: Intent },
): Promise<Replayed> {
  const { commit } = intent;
  const nothing = { base: null, brought: null };
  try {
    const parent = await place.open.history.commit(intent.base);
    if (parent === null)
      return { ...nothing, problems: [`${commit}: its parent ${intent.base} is not in the repository`] };
    const base = { commit: parent.id, tree: parent.tree, committedAt: parent.committedAt };
    const again = await treeAgain(needs, place, { patch, intent, base });
    return { ...again, base, problems: [...again.problems, ...(await digestProblems(place, intent, base))] };
  } catch (error) {
    if (!(error instanceof GhostError) || !ABOUT_THIS_ONE.has(error.code)) throw error;
    return { ...nothing, problems: [`${commit} of ${patch.id} cannot be replayed: ${error.message}`] };
  }
}

export interface Replayed {
  readonly problems: readonly string[];
  /** Null where it is not in the repository. */
  readonly base: Tip | null;
  /** The checks in its text; null where it could not be read. */
  readonly brought: readonly Check[] | null;
}

/** What is told of the one commit; everything else ends the verification. */
const ABOUT_THIS_ONE: ReadonlySet<string> = new Set(['git_failed', 'integrity_broken', 'patch_unknown']);

interface Replay {
  readonly patch: Patch;
  readonly intent: Intent;
  readonly base: Tip;
}

async function treeAgain(
  needs: ReplayNeeds,
  place: Place,
  replay: Replay,
): Promise<Pick<Replayed, 'problems' | 'brought'>> {
  const { patch, intent, base } = replay;
  const fitted = await fitAgain(needs, place, replay);
  if (fitted.kind === 'faulty') {
    const why = fitted.faults[0]?.message ?? 'no reason given';
    const problem = `${intent.commit}: the text of ${patch.id} does not fit its parent: ${why}`;
    return { problems: [problem], brought: null };
  }
  const brought = checksOfPatch(fitted.outline.checks);
  const tree = await place.open.history.treeWith(base.tree, fitted.files);
  if (tree === intent.tree) return { problems: [], brought };
  const problem = `${intent.commit} has tree ${intent.tree}; the text of ${patch.id} applied to its parent gives ${tree}`;
  return { problems: [problem], brought };
}

/**
 * With every rung, since a looser one is asked only where the stricter ones found nothing; and with every path allowed
 * that the policy of that day must have allowed.
 */
async function fitAgain(needs: ReplayNeeds, place: Place, { patch, intent, base }: Replay): Promise<Fitted> {
  const body = await needs.ledger.body(patch.id);
  const fit = (allowPaths: readonly string[]) => {
    const asked: PatchToFit = {
      ...readingOf(place.workspace, patch.format),
      ...{ body, allowPaths, loosest: RUNGS[RUNGS.length - 1] ?? 'gap', merge: patch.merge },
      text: patch.lineage?.kind === 'reverts' ? 'restored' : 'new',
    };
    return needs.changes.fit(place.open, base, asked);
  };
  const touched = intent.paths.map(({ path }) => legible(path));
  const first = await fit(touched);
  if (first.kind === 'fits') return first;
  const sensitive = first.faults.flatMap(({ code, path }) =>
    code === 'path_sensitive' && path !== null ? [legible(path)] : [],
  );
  return sensitive.length === 0 ? first : fit([...touched, ...sensitive]);
}

async function digestProblems({ open }: Place, intent: Intent, base: Tip): Promise<string[]> {
  const paths = intent.paths.map(({ path }) => path);
  const before = await open.repository.snapshot(base.tree, paths);
  const after = await open.repository.snapshot(intent.tree, paths);
  return intent.paths.flatMap((recorded) => {
    const name = `${intent.commit}: ${legible(recorded.path)}`;
    return [
      ...differenceOf(`${name} before it`, before.get(recorded.path), recorded.before),
      ...differenceOf(`${name} after it`, after.get(recorded.path), recorded.after),
    ];
  });
}

function differenceOf(
  what: string,
  standing: Standing | undefined,
  recorded: ContentDigest | null,
): readonly string[] {
  const [found, expected] = [sayStanding(standing), recorded === null ? 'nothing' : sayDigest(recorded)];
  return found === expected ? [] : [`${what} is ${found}, recorded was ${expected}`];
}

/** Where a directory stands there is no file, which is all that was written down. */
function sayStanding(standing: Standing | undefined): string {
  if (standing?.kind === 'gitlink') return 'a submodule';
  if (standing?.kind !== 'file') return 'nothing';
  return sayDigest({ mode: standing.mode, blob: standing.blob, sha256: sha256(standing.bytes) });
}

function sayDigest({ mode, blob, sha256: digest }: ContentDigest): string {
  return `${mode} ${blob} with sha256 ${digest}`;
}
