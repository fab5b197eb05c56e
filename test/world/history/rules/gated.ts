import type { Intent } from '../../../../src/core/patch/patch.ts';
import type { PatchEvent } from '../../../../src/core/patch/transition.ts';
import type { LineHistory } from '../line-history.ts';
import type { Telling } from '../telling.ts';

/** G3: what stands on the branch is what was intended, and what was intended is what the gate saw and passed. */
export function notGated(history: LineHistory, telling: Telling): readonly string[] {
  return [...wrongCommits(history), ...wrongIntents(telling)];
}

function wrongCommits({ patches, branch }: LineHistory): string[] {
  const byId = new Map(branch.map((commit) => [commit.id, commit]));
  return patches.flatMap(({ id, state }) => {
    const commit = state.name === 'landed' ? byId.get(state.intent.commit) : undefined;
    if (commit === undefined || state.name !== 'landed') return [];
    const { tree, base, landingSeq } = state.intent;
    return [
      ...unlike(`${id}: commit ${commit.id} has tree`, commit.tree, tree),
      ...unlike(`${id}: commit ${commit.id} has parent`, commit.parent, base),
      ...unlike(`${id}: commit ${commit.id} has Ghost-Patch`, commit.patch, id),
      ...unlike(`${id}: commit ${commit.id} has Ghost-Seq`, commit.landingSeq, landingSeq),
    ];
  });
}

type Claimed = Extract<PatchEvent, { type: 'claimed' }>;
type Checked = Extract<PatchEvent, { type: 'checked' }>;

/** What is known of a patch in mid attempt. */
interface Attempt {
  readonly claimed: Claimed;
  readonly checked: Checked | null;
  readonly intent: Intent | null;
}

function wrongIntents({ lines }: Telling): string[] {
  const attempts = new Map<string, Attempt>();
  return lines.flatMap(({ entry, told }) => {
    if (told === null) return [];
    const { subject, n } = entry;
    const { event } = told;
    const attempt = attempts.get(subject);
    if (event.type === 'claimed') attempts.set(subject, { claimed: event, checked: null, intent: null });
    if (attempt === undefined) return [];
    if (event.type === 'checked') attempts.set(subject, { ...attempt, checked: event });
    if (event.type === 'intended') {
      attempts.set(subject, { ...attempt, intent: event.intent });
      return wrongIntent(event.intent, attempt).map((problem) => `${subject}, entry ${n}: ${problem}`);
    }
    if (event.type === 'landed')
      return wrongReadBack(event, attempt).map((problem) => `${subject}, entry ${n}: ${problem}`);
    return [];
  });
}

function wrongIntent({ tree, base }: Intent, { claimed, checked }: Attempt): string[] {
  if (checked === null) return ['an intent was recorded, and no verdict before it'];
  const passed = checked.verdicts.length > 0 && checked.verdicts.every(({ verdict }) => verdict === 'pass');
  return [
    ...unlike('intended is tree', tree, checked.tree),
    ...unlike('intended is base', base, claimed.base),
    // A person who applies one patch by name may waive its gate, and the entry says so.
    ...(passed || checked.gate === 'waived'
      ? []
      : ['an intent was recorded, and not every verdict is a pass']),
  ];
}

function wrongReadBack(
  { readBack }: Extract<PatchEvent, { type: 'landed' }>,
  { intent }: Attempt,
): readonly string[] {
  return [
    ...unlike('read back was commit', readBack.commit, intent?.commit),
    ...unlike('read back was tree', readBack.tree, intent?.tree),
  ];
}

function unlike<Value>(what: string, found: Value, expected: Value): string[] {
  return found === expected ? [] : [`${what} ${found ?? 'none'}, expected ${expected ?? 'none'}`];
}
