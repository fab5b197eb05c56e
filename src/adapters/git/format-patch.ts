import { bytesOf } from '../../core/change/bytes.ts';
import { MAX_SERIES } from '../../core/change/limits.ts';
import { parseChange } from '../../core/change/parse.ts';
import { sha256 } from '../../core/digest.ts';
import { fail } from '../../core/errors.ts';
import { type CommitRange, readCommitRange } from '../../core/patch/commit-range.ts';
import { mailOf } from './commit-mail.ts';
import { differenceFrom } from './commit-outline.ts';
import { type GitPlace, SYSTEM_PATH } from './environment.ts';
import { findLayout } from './layout.ts';
import { git, tryGit } from './run-git.ts';

/**
 * Each of these is what git does without any configuration; said, so that neither the clone's own configuration nor its
 * attributes can change what is submitted.
 */
const LETTER: readonly string[] = [
  ...['-c', 'log.showSignature=false', '-c', 'log.mailmap=false', '-c', 'format.subjectPrefix=PATCH'],
  ...['log', '-z', '--no-walk=unsorted'],
  ...[
    '--pretty=email',
    '--no-patch',
    '--encoding=UTF-8',
    '--encode-email-headers',
    '--no-notes',
    '--no-color',
  ],
  ...['--no-decorate', '--no-show-signature', '--no-mailmap', '--stdin'],
];
const TREES: readonly string[] = ['diff-tree', '--root', '-r', '--no-commit-id', '--ignore-submodules=none'];
const DIFF: readonly string[] = [
  ...['-c', 'diff.orderFile=/dev/null', ...TREES, '-p', '--binary', '--full-index', '--no-color'],
  ...['--no-ext-diff', '--no-textconv', '--no-relative', '--src-prefix=a/', '--dst-prefix=b/'],
  ...[
    '--unified=3',
    '--inter-hunk-context=0',
    '--diff-algorithm=myers',
    '--find-renames',
    '--submodule=short',
  ],
];

/**
 * Commits of a local clone as the mails of a series, oldest first. What is read back of each mail is compared with the
 * commit before anything is answered.
 * @param repo the clone, or a folder in it
 * @throws GhostError repository_invalid; input_invalid for a range that is not one, is empty, or holds a merge, a commit
 *   that changes nothing, or one that its mail would not say
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
  // No commit of the series can hold what is made of the id of the last one.
  const boundary = `ghost-${sha256(bytesOf(last))}`;
  const letters = await lettersOf(place, commits);
  const mails: string[] = [];
  for (const [at, id] of commits.entries()) {
    const diff = (await git(place, [...DIFF, '--end-of-options', id])).toString('latin1');
    if (diff === '') throw wrong(`commit ${id} changes nothing; leave it out of the range`);
    const mail = mailOf(
      { id, letter: letters[at] ?? '', diff },
      { index: at + 1, of: commits.length, boundary },
    );
    await refuseOther(place, id, mail);
    mails.push(mail);
  }
  return bytesOf(mails.join(''));
}

/** Header and message of each commit. NUL, which divides them, is in no message. */
async function lettersOf(place: GitPlace, commits: readonly string[]): Promise<readonly string[]> {
  const printed = await git(place, LETTER, { stdin: bytesOf(commits.map((id) => `${id}\n`).join('')) });
  const letters = printed.toString('latin1').split('\0');
  const strange = commits.find((id, at) => !letters[at]?.startsWith(`From ${id} `));
  if (strange !== undefined) throw wrong(`git does not tell commit ${strange}`);
  return letters;
}

/** Refuses a mail that says other files or modes than its commit changes. A mail that cannot be read is refused where it is sent. */
async function refuseOther(place: GitPlace, id: string, mail: string): Promise<void> {
  const parsed = parseChange(bytesOf(mail), { format: null });
  if (parsed.kind === 'faulty') return;
  const raw = await git(place, [...TREES, '-z', '--raw', '--no-renames', '--end-of-options', id]);
  const problem = differenceFrom(raw.toString('latin1'), parsed.change);
  if (problem !== null) throw wrong(`commit ${id} cannot be told as a patch: ${problem}`);
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
