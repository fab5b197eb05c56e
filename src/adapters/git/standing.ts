import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommitId } from '../../core/git.ts';
import { isMissing } from './durable.ts';
import type { GitPlace } from './environment.ts';
import { changedPaths, stagedPaths } from './local-edits.ts';
import { commitId } from './object-id.ts';
import { git, type RunOptions } from './run-git.ts';

/*
 * A work tree that could not follow keeps its index where it was, and from then on nothing in the index tells what a
 * landing left behind from what a person has staged: both are old content under a new branch. So the commit at which
 * the index was left is written down beside it, and the next landing brings the index on from there.
 */
const NOTE = 'ghost-behind';

/** First parents that are looked at for content of theirs in the index: a guess at how far behind anybody is found. */
const LOOK_BACK = 64;

/**
 * The commit at which the index stands, what a person has staged elsewhere left aside: `base`, or the older one that
 * was noted. null when it is neither, as after somebody brought a part of it up to date by hand.
 */
export async function standingOf(
  place: GitPlace,
  base: CommitId,
  options: RunOptions,
): Promise<CommitId | null> {
  const noted = await readNote(place.gitDir);
  if (noted === null || noted === base) return base;
  const paths = await changedPaths(place, noted, base).catch(() => null);
  if (paths === null) return base;
  const question = { paths, options };
  const offBase = await stagedPaths(place, base, question);
  if (!paths.some((path) => offBase.has(path))) return base;
  const offNoted = await stagedPaths(place, noted, question);
  return paths.some((path) => offNoted.has(path)) ? null : noted;
}

/** Notes where the index was left. The first of several reasons to be behind is the one that counts. */
export async function noteStanding(gitDir: string, commit: CommitId): Promise<void> {
  await dropNote(gitDir);
  await noteUnlessNoted(gitDir, commit);
}

/** Without the note a later landing answers `behind` as well, only it cannot catch up: so it may fail. */
export async function noteUnlessNoted(gitDir: string, commit: CommitId): Promise<void> {
  // Exclusive, which also means that no link is followed.
  await writeFile(join(gitDir, NOTE), `${commit}\n`, { flag: 'wx' }).catch(() => undefined);
}

export async function dropNote(gitDir: string): Promise<void> {
  await rm(join(gitDir, NOTE), { force: true }).catch(() => undefined);
}

/**
 * Whether the index stands at `commit`, but for what a person has staged. An entry that an older commit of the branch
 * had at that path may be a person's or may be what a branch that was moved by others left behind: then it is false.
 */
export async function standsAt(place: GitPlace, commit: CommitId, options: RunOptions): Promise<boolean> {
  const args = ['diff-index', '--cached', '--raw', '--no-abbrev', '--no-renames', '-z', '--end-of-options'];
  const entries = parseRaw(await git(place, [...args, commit], options));
  if (entries.length === 0) return true;
  const older = new Set((await recentChanges(place, commit)).map(({ path, before }) => `${before} ${path}`));
  return !entries.some(({ path, after }) => older.has(`${after} ${path}`));
}

async function recentChanges(place: GitPlace, commit: CommitId): Promise<RawChange[]> {
  const list = ['rev-list', '--first-parent', '--parents', `--max-count=${LOOK_BACK}`, '--end-of-options'];
  const listed = (await git(place, [...list, commit])).toString('latin1').split('\n').filter(Boolean);
  const pairs = listed.map((line) => line.split(' ').slice(0, 2).join(' '));
  const args = ['diff-tree', '--stdin', '--no-commit-id', '-r', '--root', '--raw', '--no-abbrev'];
  return parseRaw(
    await git(place, [...args, '--no-renames', '-z'], { stdin: Buffer.from(`${pairs.join('\n')}\n`) }),
  );
}

interface RawChange {
  readonly path: string;
  /** Mode and id. */
  readonly before: string;
  readonly after: string;
}

/** `:mode mode id id letter NUL path NUL`, see git-diff-index(1). */
function parseRaw(printed: Buffer): RawChange[] {
  const fields = printed.toString('latin1').split('\0');
  const changes: RawChange[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [oldMode, newMode, oldId, newId] = (fields[at] ?? '').slice(1).split(' ');
    changes.push({
      path: fields[at + 1] ?? '',
      before: `${oldMode} ${oldId}`,
      after: `${newMode} ${newId}`,
    });
  }
  return changes;
}

async function readNote(gitDir: string): Promise<CommitId | null> {
  try {
    const text = (await readFile(join(gitDir, NOTE), 'latin1')).trimEnd();
    return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? commitId(text) : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
