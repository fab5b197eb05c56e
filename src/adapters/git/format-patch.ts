import { MAX_SERIES } from '../../core/change/limits.ts';
import { fail } from '../../core/errors.ts';
import { type CommitRange, readCommitRange } from '../../core/patch/commit-range.ts';
import { type GitPlace, SYSTEM_PATH } from './environment.ts';
import { findLayout } from './layout.ts';
import { git, tryGit } from './run-git.ts';

/**
 * Each of these is what git does without any configuration, or what a series needs; said, so that neither the clone's
 * own configuration nor its attributes can change what is submitted.
 */
const FORM: readonly string[] = [
  ...['-c', 'log.showSignature=false', '-c', 'log.mailmap=false', '-c', 'diff.orderFile=/dev/null'],
  ...['format-patch', '--stdout', '-p', '--binary', '--full-index', '--no-signature', '--no-color'],
  ...['--no-ext-diff', '--no-textconv', '--no-relative', '--src-prefix=a/', '--dst-prefix=b/'],
  ...['--unified=3', '--inter-hunk-context=0', '--diff-algorithm=myers', '--find-renames'],
  ...['--submodule=short', '--ignore-submodules=none', '--encoding=UTF-8', '--subject-prefix=PATCH'],
  ...['--no-attach', '--no-thread', '--no-cover-letter', '--no-notes', '--no-signoff', '--no-base'],
  ...['--no-add-header', '--no-to', '--no-cc', '--no-from', '--numbered'],
];

/**
 * Commits of a local clone as the mails of a series, oldest first.
 * @param repo the clone, or a folder in it
 * @throws GhostError repository_invalid; input_invalid for a range that is not one, is empty, or holds a merge or a commit
 *   that changes nothing
 */
export async function formatCommits(repo: string, range: string): Promise<Uint8Array> {
  const read = readCommitRange(range);
  if (read.kind === 'unreadable') throw wrong(read.problem);
  const layout = await findLayout(repo);
  if (layout === null)
    throw fail('repository_invalid', { path: repo, problem: 'there is no git repository' });
  const place = { searchPath: SYSTEM_PATH, gitDir: layout.gitDir, workTree: null };
  const commits = await commitsIn(place, read);
  const last = commits.at(-1);
  if (last === undefined) throw wrong(`${range} holds no commit`);
  // Without a merge among them they follow each other, so that their number and the last one name all of them.
  const mails = await git(place, [...FORM, `-${commits.length}`, '--end-of-options', last]);
  const text = mails.toString('latin1');
  const silent = commits.find(
    (commit) => !`\n${text}`.includes(`\nFrom ${commit} Mon Sep 17 00:00:00 2001\n`),
  );
  if (silent !== undefined) throw wrong(`commit ${silent} changes nothing; leave it out of the range`);
  return mails;
}

/** Full ids, oldest first. */
async function commitsIn(place: GitPlace, range: CommitRange): Promise<readonly string[]> {
  const listed = await revisionsOf(place, range);
  const most = `--max-count=${MAX_SERIES + 1}`;
  const printed = await git(place, ['rev-list', '--topo-order', '--reverse', '--parents', most, ...listed]);
  const lines = printed.toString('latin1').split('\n').filter(Boolean);
  if (lines.length > MAX_SERIES)
    throw wrong(`the range holds more than ${MAX_SERIES} commits; expected at most ${MAX_SERIES}`);
  const commits = lines.map((line) => line.split(' '));
  const merge = commits.find((ids) => ids.length > 2)?.[0];
  if (merge !== undefined)
    throw wrong(`commit ${merge} is a merge, which no patch can say; rebase the range, or leave it out`);
  const count = range.kind === 'last' ? range.count : commits.length;
  if (commits.length < count) throw wrong(`there are ${commits.length} commits; expected ${count}`);
  return commits.map(([commit = '']) => commit);
}

/** What rev-list is asked: full ids and a number, nothing that a caller wrote. */
async function revisionsOf(place: GitPlace, range: CommitRange): Promise<readonly string[]> {
  switch (range.kind) {
    case 'last':
      if (range.count > MAX_SERIES)
        throw wrong(`${range.count} commits are meant; expected at most ${MAX_SERIES}`);
      return [`--max-count=${range.count}`, await commitOf(place, 'HEAD')];
    case 'one':
      return ['--max-count=1', await commitOf(place, range.commit)];
    case 'between':
      return [`${await commitOf(place, range.from)}..${await commitOf(place, range.to)}`];
  }
}

async function commitOf(place: GitPlace, name: string): Promise<string> {
  const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const { exitCode, stdout } = await tryGit(place, asked);
  const id = stdout.toString('latin1').trim();
  if (exitCode === 0 && /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(id)) return id;
  throw wrong(`${JSON.stringify(name)} is no commit of this clone`);
}

function wrong(problem: string) {
  return fail('input_invalid', { where: '--from-git', problem });
}
