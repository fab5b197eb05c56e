import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { diffOf, historyOf } from '../../scripts/soak/history.ts';
import { inventHistory } from '../../scripts/soak/invented-history.ts';
import { replay } from '../../scripts/soak/replay.ts';
import { describeReplay, surprises, unexcused } from '../../scripts/soak/tally.ts';
import { temporaryFolder } from '../world/git.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Samples; `npm run soak` replays everything. Our own trees are the larger ones. */
const OWN_COMMITS = 4;
const COMMITS = 25;
const SEED = 20_261;

function folderFor(t: TestContext, name: string): string {
  const folder = temporaryFolder(name);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('a history that is replayed patch by patch', { concurrency: 2 }, () => {
  it('of this checkout gives the tree of the original at every commit', async (t) => {
    if (!existsSync(join(ROOT, '.git'))) return t.skip('this copy has no history');
    const own = historyOf('the history of this checkout', ROOT, OWN_COMMITS);
    const report = await replay(own, () => undefined);
    t.diagnostic(describeReplay(own, report));
    assert.deepEqual(report.problems, []);
    assert.deepEqual(unexcused(report.steps), []);
    assert.equal(report.steps.length, own.commits.length - 1);
  });

  it(`invented with seed ${SEED} gives the tree of the original at every commit, or refuses as it has to`, async (t) => {
    const invented = inventHistory(folderFor(t, 'invented'), { commits: COMMITS, seed: SEED });
    const report = await replay(invented, () => undefined);
    t.diagnostic(describeReplay(invented, report));
    assert.deepEqual(report.problems, []);
    assert.deepEqual(surprises(invented, report.steps), []);
    assert.equal(report.steps.length, COMMITS);
  });

  it('invented with a seed has in it what real histories have', (t) => {
    const { repository, commits } = inventHistory(folderFor(t, 'invented'), { commits: COMMITS, seed: SEED });
    const diffs = commits.slice(1).map((commit, at) => diffOf(repository, commits[at] ?? '', commit));
    const text = Buffer.concat(diffs).toString('latin1');
    for (const [what, sign] of SIGNS) assert.match(text, sign, what);
  });
});

const SIGNS: readonly (readonly [what: string, sign: RegExp])[] = [
  ['a rename', /^rename from /m],
  ['a copy', /^copy from /m],
  ['a rename with changes', /^similarity index [1-9]\d?%$/m],
  ['a new mode', /^new mode 100755$/m],
  ['a file that begins', /^new file mode 100644$/m],
  ['a file that ends', /^deleted file mode 100644$/m],
  ['a symbolic link', /^new file mode 120000$/m],
  ['an executable file', /^(?:new file mode 100755|index [0-9a-f.]+ 100755)$/m],
  ['lines that end in CR LF', /^[+-].*\r$/m],
  ['no newline at the end', /^\\ No newline at end of file$/m],
  ['a name with spaces', /^\+\+\+ b\/.* .*\t$/m],
  ['a name outside of ASCII', /^\+\+\+ "b\/.*\\3/m],
  ['bytes that are no UTF-8', /caf\xe9/],
  ['a binary file', /^GIT binary patch$/m],
];
