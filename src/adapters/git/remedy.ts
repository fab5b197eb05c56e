import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LineChange } from '../../core/change/merge/line-change.ts';
import type { CommitId, Path, TreeId } from '../../core/git.ts';
import type { Merged, MergeSides, Remedy } from '../../ports/repository.ts';
import type { GitPlace } from './environment.ts';
import type { ObjectReader } from './object-reader.ts';
import { git, gitFailed, tryGit } from './run-git.ts';

export interface RemedyParts {
  readonly place: GitPlace;
  readonly reader: ObjectReader;
  /** How the folders begin in which git merges files, each there for one merge. */
  readonly folder: string;
}

const PREFIX = /^[0-9a-f]{4,64}$/;
const LIST = ['ls-tree', '-r', '-z', '--name-only', '--full-tree', '--end-of-options'] as const;
/** The first commit will do; a side branch counts, and so does what a merge took from either side. */
const FIND = ['log', '-1', '--format=%H', '--full-history', '-m', '--no-renames'] as const;
/** As git's merge compares: without the heuristics that make a diff nicer to read. */
const DIFF = [
  'diff',
  '--no-index',
  '--unified=0',
  '--text',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--no-indent-heuristic',
  '--diff-algorithm=myers',
  '--',
] as const;
/** `git merge-file` exits with the number of conflicts, and with no more than this. */
const MOST_CONFLICTS = 127;

/** git's own merge, so that what is merged here is what `git apply --3way` would have merged. */
export class GitRemedy implements Remedy {
  readonly #parts: RemedyParts;
  #merges = 0;

  constructor(parts: RemedyParts) {
    this.#parts = parts;
  }

  async paths(tree: TreeId, most: number): Promise<readonly Path[] | null> {
    const listed = (await git(this.#parts.place, [...LIST, tree])).toString('latin1');
    const paths = listed.split('\0').slice(0, -1);
    return paths.length > most ? null : (paths as readonly string[] as readonly Path[]);
  }

  /** A branch may be named like an id: what git found has to be the blob that was asked for. */
  async version(prefix: string, of: { path: Path; tip: CommitId }): Promise<Uint8Array | null> {
    if (!PREFIX.test(prefix)) return null;
    const object = await this.#parts.reader.read(prefix);
    if (object?.type !== 'blob' || !object.id.startsWith(prefix)) return null;
    return (await this.#everStood(object.id, of)) ? object.bytes : null;
  }

  /** Whether some commit up to the tip put the blob at the path, or took it from there. */
  async #everStood(blob: string, { path, tip }: { path: Path; tip: CommitId }): Promise<boolean> {
    // Git starts in `/`, where a path of the tree is the path itself. GIT_LITERAL_PATHSPECS keeps it from being a pattern.
    const place = { ...this.#parts.place, workTree: '/' };
    const name = Buffer.from(path, 'latin1').toString('utf8');
    const found = await git(place, [...FIND, `--find-object=${blob}`, tip, '--', name]);
    return found.length > 0;
  }

  async merge({ base, own, other }: MergeSides): Promise<Merged> {
    this.#merges += 1;
    const folder = `${this.#parts.folder}-${this.#merges}`;
    await mkdir(folder, { recursive: true });
    try {
      const files = { base: join(folder, 'base'), own: join(folder, 'own'), other: join(folder, 'other') };
      const written = [
        [files.base, base],
        [files.own, own],
        [files.other, other],
      ] as const;
      await Promise.all(written.map(([file, bytes]) => writeFile(file, bytes)));
      return await this.#merged(files);
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  async #merged(files: Readonly<Record<'base' | 'own' | 'other', string>>): Promise<Merged> {
    const finished = await tryGit(this.#parts.place, [
      'merge-file',
      '--stdout',
      files.own,
      files.base,
      files.other,
    ]);
    const { exitCode, stdout, stderr } = finished;
    if (exitCode === 0) return { kind: 'clean', bytes: stdout };
    if (exitCode !== null && exitCode <= MOST_CONFLICTS)
      return { kind: 'conflict', changed: await this.#changed(files.base, files.own) };
    if (stderr.includes('Cannot merge binary files')) return { kind: 'binary' };
    throw gitFailed('merge-file', finished);
  }

  async #changed(base: string, own: string): Promise<LineChange[]> {
    const finished = await tryGit(this.#parts.place, [...DIFF, base, own]);
    if (finished.exitCode !== 0 && finished.exitCode !== 1) throw gitFailed('diff', finished);
    const headers = finished.stdout
      .toString('latin1')
      .matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm);
    return [...headers].map(([, baseStart, baseCount = '1', ownStart, ownCount = '1']) => ({
      base: lineRange(baseStart, baseCount),
      own: lineRange(ownStart, ownCount),
    }));
  }
}

/** A range without lines is told by the line before it. */
function lineRange(start: string | undefined, count: string): LineChange['base'] {
  const lines = Number(count);
  return { first: lines === 0 ? Number(start) + 1 : Number(start), lines };
}
