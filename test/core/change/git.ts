import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tree } from './world.ts';

/** Git with a scrubbed environment in a directory of its own; `remove` deletes it. All texts are latin1. */
export interface Scratch {
  readonly remove: () => void;
  /** Stages exactly this tree and returns its id. */
  readonly write: (tree: Tree) => string;
  /** `git diff` between two trees. */
  readonly diff: (from: string, to: string, options?: readonly string[]) => string;
  /** `git apply --cached` on top of `from`: the tree it makes, or null when git refuses. */
  readonly apply: (from: string, patch: string, options?: readonly string[]) => string | null;
  readonly read: (tree: string) => Tree;
}

/** All that git sees of this process, and no configuration but the repository's own. */
export function scrubbedEnvironment(home: string): Readonly<Record<string, string>> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    LC_ALL: 'C',
  };
}

export function scratch(): Scratch {
  const directory = mkdtempSync(join(tmpdir(), 'ghost-change-'));
  const env = scrubbedEnvironment(directory);
  const git = (args: readonly string[], input = ''): string =>
    execFileSync('git', args, {
      cwd: directory,
      env,
      input: Buffer.from(input, 'latin1'),
      maxBuffer: 1 << 26,
    }).toString('latin1');
  git(['init', '-q']);
  git(['config', 'core.autocrlf', 'false']);
  const blobs = new Map<string, string>();
  const blobOf = (text: string): string => {
    const blob = blobs.get(text) ?? git(['hash-object', '-w', '--stdin'], text).trim();
    blobs.set(text, blob);
    return blob;
  };
  const stage = (tree: Tree): void => {
    git(['read-tree', '--empty']);
    const entries = Object.entries(tree).map(([path, entry]) => {
      const { mode, text } = typeof entry === 'string' ? { mode: '100644', text: entry } : entry;
      return `${mode} ${blobOf(text)}\t${path}\0`;
    });
    git(['update-index', '-z', '--index-info'], entries.join(''));
  };
  return {
    remove: () => rmSync(directory, { recursive: true, force: true }),
    write: (tree) => {
      stage(tree);
      return git(['write-tree']).trim();
    },
    diff: (from, to, options = []) => git(['diff-tree', '-p', ...options, from, to]),
    apply: (from, patch, options = []) => {
      git(['read-tree', from]);
      const input = Buffer.from(patch, 'latin1');
      const applied = spawnSync('git', ['apply', '--cached', '--whitespace=nowarn', ...options], {
        cwd: directory,
        env,
        input,
      });
      return applied.status === 0 ? git(['write-tree']).trim() : null;
    },
    read: (tree) => {
      const rows = git(['ls-tree', '-r', '-z', tree])
        .split('\0')
        .filter((row) => row !== '');
      return Object.fromEntries(
        rows.map((row) => {
          const [head = '', path = ''] = row.split('\t');
          const [mode = '', , id = ''] = head.split(' ');
          const text = git(['cat-file', 'blob', id]);
          return [path, mode === '100644' ? text : { mode, text }];
        }),
      );
    },
  };
}
